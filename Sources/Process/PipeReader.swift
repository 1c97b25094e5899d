@preconcurrency import Glibc

/// Our end of a pipe that a program writes to, and what came through it.
struct PipeReader: Sendable {
  /// -1 where there is no pipe, and after it was closed.
  var descriptor: Int32
  var bytes: [UInt8] = []

  var isOpen: Bool { descriptor >= 0 }

  /// Takes what can be read now; closes the descriptor where the other end is closed.
  mutating func read(atMost limit: Int) {
    guard isOpen else { return }
    var taken = 0
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      while taken < limit {
        let count = Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
        if count > 0 {
          bytes.append(contentsOf: buffer[..<count])
          taken += count
        } else if count < 0, errno == EINTR {
          continue
        } else {
          if count == 0 || errno != EAGAIN { close() }
          return
        }
      }
    }
  }

  /// What came since it was asked last.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  mutating func close() {
    if isOpen { Glibc.close(descriptor) }
    descriptor = -1
  }
}
