@preconcurrency import Glibc

// A reader that has gone away must not end a roll-out in the middle; `Output` notices it on its own.
signal(SIGPIPE, SIG_IGN)
let status = await CommandLineRun(Array(CommandLine.arguments.dropFirst())).run()
// Without the handlers of `exit`: OpenSSL's would take away what the thread of an HTTP client may still be using.
fflush(nil)
_exit(status.rawValue)
