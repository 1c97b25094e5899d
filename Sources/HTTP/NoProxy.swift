import Glibc

/// The hosts that `NO_PROXY` of the environment keeps away from a proxy, read as libcurl reads it (CURLOPT_NOPROXY):
/// names with all below them, addresses, networks like 10.0.0.0/8, and `*` for all.
struct NoProxy {
  private let entries: [Substring]

  static var ofEnvironment: NoProxy {
    let list = getenv("no_proxy") ?? getenv("NO_PROXY")
    return NoProxy(list.map { String(cString: $0) } ?? "")
  }

  init(_ list: String) {
    entries = list.lowercased().split { $0 == "," || $0 == " " }
  }

  func contains(_ host: String) -> Bool {
    let host = host.lowercased()
    if entries == ["*"] { return true }
    if let address = Self.address(host) {
      return entries.contains { Self.network($0, contains: address) }
    }
    return entries.contains { entry in
      let name = entry.hasPrefix(".") ? entry.dropFirst() : entry
      return !name.isEmpty && (host == name || host.hasSuffix("." + name))
    }
  }

  private static func network(_ entry: Substring, contains address: [UInt8]) -> Bool {
    let parts = entry.split(separator: "/", maxSplits: 1)
    guard let first = parts.first, let network = Self.address(String(first)), network.count == address.count else {
      return false
    }
    guard parts.count == 2 else { return network == address }
    guard let bits = Int(parts[1]), (0...address.count * 8).contains(bits) else { return false }
    return (0..<bits).allSatisfy { bit in
      (network[bit / 8] ^ address[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }

  /// Four bytes or sixteen; `nil` for a name.
  private static func address(_ text: String) -> [UInt8]? {
    for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: size)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
