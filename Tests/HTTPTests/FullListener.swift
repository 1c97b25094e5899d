import Glibc
import Testing

/// A socket that listens, accepts nothing, and whose queue is full: the kernel drops further attempts.
struct FullListener {
  let port: UInt16
  private var sockets: [CInt] = []

  init() throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let size = length
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        try #require(bind(listener, pointer, size) == 0)
        try #require(getsockname(listener, pointer, &length) == 0)
      }
    }
    try #require(listen(listener, 0) == 0)
    port = UInt16(bigEndian: address.sin_port)
    sockets = [listener]
    for _ in 0..<4 {
      let filler = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
      sockets.append(filler)
      withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(filler, $0, size) }
      }
    }
  }

  func close() { for socket in sockets { Glibc.close(socket) } }
}
