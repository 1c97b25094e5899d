import Glibc

/// Free ports of 127.0.0.1.
///
/// They lie below the range from which the kernel takes ports for outgoing connections (32768 and up), so that a
/// server that is stopped and started again finds its port free.
func freePorts(_ count: Int) -> [Int] {
  var ports: Set<Int> = []
  while ports.count < count {
    let port = Int.random(in: 15000..<30000)
    if withLoopback(port, bind) { ports.insert(port) }
  }
  return Array(ports)
}

/// Whether something accepts connections on this port of 127.0.0.1.
func isListening(_ port: Int) -> Bool { withLoopback(port, connect) }

/// Calls `bind` or `connect` with a socket and an address of 127.0.0.1; true where that succeeded.
private func withLoopback(_ port: Int, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
