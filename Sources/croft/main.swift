@preconcurrency import Glibc

// A reader that has gone away must not end a roll-out in the middle; `Output` notices it on its own.
signal(SIGPIPE, SIG_IGN)
exit(await CommandLineRun(Array(CommandLine.arguments.dropFirst())).run().rawValue)
