extension CIDR: CustomStringConvertible {
  /// Reads `192.168.14.0/26` or `fd00::/64`. Bits after the prefix are kept.
  public init(parsing text: some StringProtocol) throws(AddressError) {
    guard let slash = text.firstIndex(of: "/") else {
      throw AddressError("the length of the network's prefix is missing, as in '\(text)/24'")
    }
    let address = try IPAddress(parsing: text[..<slash])
    let digits = text[text.index(after: slash)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(digits),
      prefix <= address.width, digits.utf8.count == 1 || digits.first != "0"
    else {
      throw AddressError("the prefix of an \(address.family) network is from 0 to \(address.width), not '\(digits)'")
    }
    self.init(address: address, prefix: prefix)
  }

  /// As written, in canonical form.
  public var description: String { "\(address)/\(prefix)" }

  /// The bits that may differ inside the network.
  private var hostMask: UInt128 {
    let count = address.width - prefix
    return count == 128 ? .max : (1 << UInt128(count)) - 1
  }

  /// Every address of the network, the first and last included.
  public var range: AddressRange {
    AddressRange(
      first: IPAddress(family: address.family, bits: address.bits & ~hostMask & (CIDR.allBits(address.family))),
      last: IPAddress(family: address.family, bits: address.bits | hostMask))
  }

  /// The network without host bits: `192.168.14.0/26` for `192.168.14.9/26`.
  public var network: CIDR { CIDR(address: range.first, prefix: prefix) }

  public func contains(_ address: IPAddress) -> Bool { range.contains(address) }
  public func contains(_ other: CIDR) -> Bool { range.contains(other.range) }
  public func overlaps(_ other: CIDR) -> Bool { range.overlaps(other.range) }

  private static func allBits(_ family: IPAddress.Family) -> UInt128 { family == .v4 ? 0xFFFF_FFFF : .max }
}

extension AddressRange: CustomStringConvertible {
  /// Reads `192.168.14.40-192.168.14.47` or a network without host bits, `192.168.14.48/29`.
  public init(parsing text: some StringProtocol) throws(AddressError) {
    if text.contains("/") {
      let cidr = try CIDR(parsing: text)
      guard cidr.network == cidr else {
        throw AddressError("\(cidr.address) is not the first address of its network, \(cidr.network)")
      }
      self = cidr.range
      return
    }
    guard let dash = text.firstIndex(of: "-") else {
      throw AddressError("a range has two addresses, as in '\(text)-\(text)'")
    }
    func address(_ text: some StringProtocol) throws(AddressError) -> IPAddress {
      // Spaces around the dash are usual.
      try IPAddress(parsing: String(text.split(separator: " ").joined(separator: " ")))
    }
    let first = try address(text[..<dash])
    let last = try address(text[text.index(after: dash)...])
    guard first.family == last.family else { throw AddressError("one end is IPv4 and the other IPv6") }
    guard first <= last else { throw AddressError("it ends before it starts") }
    self.init(first: first, last: last)
  }

  public var description: String { "\(first)-\(last)" }
}
