@preconcurrency import Glibc
import Synchronization

/// Where everything that croft says goes: results to standard output, the rest to standard error.
///
/// When the reader of standard output has gone away (`croft status | head -1`), what is left to say is dropped and the
/// work goes on.
final class Output: Sendable {
  /// Descriptors whose reader has gone.
  private let closed = Mutex<Set<Int32>>([])

  func write(_ text: String) { send(text, to: STDOUT_FILENO) }
  func line(_ text: String = "") { send(text + "\n", to: STDOUT_FILENO) }
  func errorLine(_ text: String) { send(text + "\n", to: STDERR_FILENO) }

  /// Bytes as they are, which need not be text.
  func bytes(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { send($0, to: STDOUT_FILENO) } }

  /// A value alone; on a terminal the prompt goes to the next line.
  func plain(_ value: [UInt8]) { bytes(value + (isatty(STDOUT_FILENO) == 1 && value.last != 0x0A ? [0x0A] : [])) }

  private func send(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { send($0, to: descriptor) }
  }

  private func send(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) {
    // Held while writing, so that lines of two tasks do not mix.
    closed.withLock { closed in
      guard !closed.contains(descriptor) else { return }
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if count >= 0 {
          offset += count
        } else if errno == EAGAIN {
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, -1)
        } else if errno != EINTR {
          closed.insert(descriptor)
          return
        }
      }
    }
  }
}
