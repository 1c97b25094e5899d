@preconcurrency import Glibc

/// Our end of a pipe that a program reads from, and what is to go through it.
struct PipeWriter: Sendable {
  /// -1 where there is no pipe, and after it was closed.
  var descriptor: Int32
  private var bytes: [UInt8]
  private var written = 0
  /// Whether the pipe is closed when all is written.
  private var isLast: Bool

  /// - Parameter isLast: Whether nothing more comes after these bytes.
  init(descriptor: Int32, bytes: [UInt8], isLast: Bool = true) {
    self.descriptor = descriptor
    self.bytes = bytes
    self.isLast = isLast
  }

  /// The pipe while there is something to write, for `poll`; else -1.
  var waiting: Int32 { bytes.isEmpty ? -1 : descriptor }

  mutating func append(_ more: [UInt8]) {
    if descriptor >= 0 { bytes += more }
  }

  /// Closes the pipe as soon as all is written.
  mutating func finish() {
    isLast = true
    if bytes.isEmpty { close() }
  }

  /// Writes what the pipe takes now; closes it after the last byte, or where the program does not want more.
  mutating func write() {
    let sent = bytes.withUnsafeBytes { bytes in
      Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
    }
    if sent < 0, errno == EAGAIN || errno == EINTR { return }
    written += max(0, sent)
    if sent < 0 || (written == bytes.count && isLast) {
      close()
    } else if written == bytes.count {
      bytes = []
      written = 0
    }
  }

  mutating func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
    bytes = []
  }
}
