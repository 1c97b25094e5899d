@preconcurrency import Glibc

// A reader that has gone away must not end a roll-out in the middle; `Output` notices it on its own.
signal(SIGPIPE, SIG_IGN)
// Off the first thread at once. The run leaves it at the first wait anyway, and while it is busy the pool's threads begin
// beside each other on one core: Linux takes some 10 ms to move a new one, which is half a command.
let run = Task.detached { await CommandLineRun(Array(CommandLine.arguments.dropFirst())).run() }
let status = await run.value
// Without the handlers of `exit`: OpenSSL's would take away what the thread of an HTTP client may still be using.
fflush(nil)
_exit(status.rawValue)
