/// Why a text is no address, network or range; completes "'…' is no address: ".
public struct AddressError: Error, Sendable, Equatable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

extension IPAddress: CustomStringConvertible {
  /// Reads an address in the usual notation, and nothing else: no leading zeros in IPv4 (they mean octal to some
  /// programs), no zones, no brackets. IPv6 as in RFC 4291, section 2.2.
  public init(parsing text: some StringProtocol) throws(AddressError) {
    if text.contains(":") {
      self.init(family: .v6, bits: try Self.v6(Substring(text)))
    } else {
      self.init(family: .v4, bits: UInt128(try Self.v4(Substring(text))))
    }
  }

  /// Bits of an address of this family.
  public var width: Int { family.width }

  /// The form that RFC 5952 makes canonical.
  public var description: String {
    switch family {
    case .v4: return Self.dotted(UInt32(truncatingIfNeeded: bits))
    case .v6:
      if bits >> 32 == 0xFFFF { return "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: bits)) }
      let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * UInt128($0))) }
      let zeros = Self.longestZeros(groups)
      func text(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
      }
      return zeros.count < 2
        ? text(groups[...]) : text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
    }
  }

  private static func dotted(_ bits: UInt32) -> String {
    [24, 16, 8, 0].map { String(bits >> $0 & 0xFF) }.joined(separator: ".")
  }

  /// The first of the longest runs of zero groups.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 { start = index + 1 } else if index + 1 - start > best.count { best = start..<index + 1 }
    }
    return best
  }

  private static func v4(_ text: Substring) throws(AddressError) -> UInt32 {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { throw AddressError("an IPv4 address has four numbers with dots between them") }
    var bits: UInt32 = 0
    for part in parts {
      guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw AddressError("'\(part)' is not a number from 0 to 255")
      }
      guard part.utf8.count == 1 || part.first != "0" else { throw AddressError("'\(part)' has a leading zero") }
      guard let value = UInt8(part) else { throw AddressError("\(part) is more than 255") }
      bits = bits << 8 | UInt32(value)
    }
    return bits
  }

  private static func v6(_ text: Substring) throws(AddressError) -> UInt128 {
    if let zone = text.firstIndex(of: "%") { throw AddressError("a zone ('\(text[zone...])') means nothing here") }
    guard let gap = text.firstRange(of: "::") else { return try value(of: try groups(text), count: 8) }
    let rest = text[gap.upperBound...]
    guard !rest.contains("::"), !rest.hasPrefix(":") else { throw AddressError("'::' can stand once only") }
    let head = gap.lowerBound == text.startIndex ? [] : try groups(text[..<gap.lowerBound], isEnd: false)
    let tail = rest.isEmpty ? [] : try groups(rest)
    guard head.count + tail.count < 8 else { throw AddressError("it has eight groups besides '::'") }
    return try value(of: head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail, count: 8)
  }

  private static func value(of groups: [UInt16], count: Int) throws(AddressError) -> UInt128 {
    guard groups.count == count else {
      throw AddressError("an IPv6 address has eight groups, or '::' for groups of zeros; this has \(groups.count)")
    }
    return groups.reduce(0) { $0 << 16 | UInt128($1) }
  }

  /// - Parameter isEnd: whether the address ends here, where IPv4 notation can stand.
  private static func groups(_ text: Substring, isEnd: Bool = true) throws(AddressError) -> [UInt16] {
    var result: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.contains("."), isEnd, index == parts.count - 1 {
        let last = try v4(part)
        result += [UInt16(last >> 16), UInt16(truncatingIfNeeded: last)]
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexadecimal),
          let value = UInt16(part, radix: 16)
        else { throw AddressError("'\(part)' is not a group of one to four hexadecimal digits") }
        result.append(value)
      }
    }
    return result
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

extension IPAddress.Family: CustomStringConvertible {
  /// Bits of an address.
  public var width: Int { self == .v4 ? 32 : 128 }
  public var description: String { self == .v4 ? "IPv4" : "IPv6" }
}
