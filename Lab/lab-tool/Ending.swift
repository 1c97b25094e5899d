import Dispatch
@preconcurrency import Glibc

/// Waits until the lab is told to end: by a signal, or because its standard input closes.
func untilToldToEnd() async {
  let (told, tell) = AsyncStream.makeStream(of: Void.self)
  let signals = [SIGINT, SIGTERM, SIGHUP].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number)
    source.setEventHandler { @Sendable in tell.finish() }
    source.activate()
    return source
  }
  let input = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)
  input.setEventHandler { @Sendable in
    var buffer = [UInt8](repeating: 0, count: 4096)
    if read(STDIN_FILENO, &buffer, buffer.count) <= 0 { tell.finish() }
  }
  input.activate()
  for await _ in told {}
  input.cancel()
  signals.forEach { $0.cancel() }
}
