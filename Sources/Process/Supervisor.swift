@preconcurrency import Glibc
import Synchronization

/// Feeds a program, reads what it writes and sees it end, on a thread of its own.
struct Supervisor: Sendable {
  let process: RunningProcess
  /// Becomes readable when the program ends.
  let exit: Int32
  /// Becomes readable when somebody wants the program to end.
  let wake: Int32
  var input: PipeWriter
  var output: PipeReader
  var error: PipeReader
  /// Hears what comes instead of its being collected.
  var listener: ProcessListener?

  mutating func run() {
    for descriptor in [input.descriptor, output.descriptor, error.descriptor, wake] where descriptor >= 0 {
      setNonBlocking(descriptor)
    }
    var hasExited = false
    while !(hasExited && isComplete()) {
      var watched = [
        pollfd(fd: hasExited ? -1 : exit, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        pollfd(fd: input.waiting, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: output.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: error.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&watched, nfds_t(watched.count), -1) < 0 { continue }
      if watched[1].revents != 0 {
        emptyWake()
        // A program at the other end of a conversation may run elsewhere; the end of its input is what it notices.
        if listener != nil { input.close() }
      }
      if watched[2].revents != 0 { input.write() }
      if watched[3].revents != 0 { output.read(atMost: 1 << 16) }
      if watched[4].revents != 0 { error.read(atMost: 1 << 16) }
      tell()
      if watched[0].revents != 0 {
        hasExited = true
        input.close()
      }
    }
    // What is in the pipes now. A pipe holds at most 1 MiB (/proc/sys/fs/pipe-max-size), so that is enough even
    // where a child in the background goes on writing.
    output.read(atMost: 1 << 20)
    error.read(atMost: 1 << 20)
    tell()
    output.close()
    error.close()
    close(exit)
    process.finish(standardOutput: output.bytes, standardError: error.bytes)
    close(wake)
  }

  /// Hands on what came, and does what is answered.
  private mutating func tell() {
    guard let listener else { return }
    for (stream, bytes) in [(ProcessStream.output, output.take()), (.error, error.take())] where !bytes.isEmpty {
      for reply in listener.hear(stream, bytes) {
        switch reply {
        case .write(let bytes): input.append(bytes)
        case .closeInput: input.finish()
        case .end: process.end(grace: listener.grace, clock: listener.clock)
        }
      }
    }
  }

  /// Whether nothing more is to be waited for after the program itself has ended.
  ///
  /// A child that runs on in the background, like an SSH master, may hold the pipes open for hours; the command has
  /// ended all the same. Only in a group that was asked to end have the others their grace to write more.
  private func isComplete() -> Bool {
    let (isEnding, isKilled) = process.state.withLock { ($0.isEnding, $0.isKilled) }
    return !isEnding || isKilled || !(output.isOpen || error.isOpen)
  }

  private func emptyWake() {
    var bytes = [UInt8](repeating: 0, count: 16)
    while read(wake, &bytes, bytes.count) > 0 {}
  }
}
