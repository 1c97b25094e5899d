@preconcurrency import Glibc

/// Our end of a pipe that a program reads from, and what is to go through it.
struct PipeWriter: Sendable {
  /// -1 where there is no pipe, and after it was closed.
  var descriptor: Int32
  var bytes: [UInt8]
  private var written = 0

  init(descriptor: Int32, bytes: [UInt8]) {
    self.descriptor = descriptor
    self.bytes = bytes
  }

  /// Writes what the pipe takes now; closes it after the last byte, or where the program does not want more.
  mutating func write() {
    let sent = bytes.withUnsafeBytes { bytes in
      Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
    }
    if sent < 0, errno == EAGAIN || errno == EINTR { return }
    written += max(0, sent)
    if sent < 0 || written == bytes.count { close() }
  }

  mutating func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
    bytes = []
  }
}
