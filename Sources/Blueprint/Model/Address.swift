/// An IPv4 or IPv6 address. Ordered within its family, IPv4 first.
public struct IPAddress: Sendable, Hashable, Comparable {
  public enum Family: Sendable, Hashable, Comparable { case v4, v6 }
  public var family: Family
  /// IPv4 in the lowest 32 bits.
  public var bits: UInt128
  public init(family: Family, bits: UInt128) {
    self.family = family
    self.bits = bits
  }
  public static func < (a: IPAddress, b: IPAddress) -> Bool { (a.family, a.bits) < (b.family, b.bits) }
}

/// An inclusive range of addresses of one family: `192.168.14.40-192.168.14.47` or `192.168.14.48/29`.
public struct AddressRange: Sendable, Hashable {
  public var first: IPAddress
  public var last: IPAddress
  public init(first: IPAddress, last: IPAddress) {
    self.first = first
    self.last = last
  }
  public func contains(_ address: IPAddress) -> Bool { first <= address && address <= last }
  public func overlaps(_ other: AddressRange) -> Bool { first <= other.last && other.first <= last }
  public func contains(_ other: AddressRange) -> Bool { contains(other.first) && contains(other.last) }
}

/// A network in CIDR notation (RFC 4632, RFC 4291).
public struct CIDR: Sendable, Hashable {
  /// As written, host bits included.
  public var address: IPAddress
  public var prefix: Int
  public init(address: IPAddress, prefix: Int) {
    self.address = address
    self.prefix = prefix
  }
}
