/// Base 64 (RFC 4648, section 4) in lines of 76 characters, as files travel inside a script.
enum Base64Text {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func lines(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 3 * 4 + bytes.count / 57 + 8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var group = UInt32(0)
      for byte in part { group = group << 8 | UInt32(byte) }
      group <<= UInt32(8 * (3 - part.count))
      for place in 0..<4 {
        result.append(place <= part.count ? digits[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
      if start % 57 == 54 || start + 3 >= bytes.count { result.append(UInt8(ascii: "\n")) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `nil` where the text is not base 64.
  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    for byte in text.utf8.prefix(while: { $0 != UInt8(ascii: "=") }) {
      guard let value = digits.firstIndex(of: byte) else { return nil }
      group = group << 6 | UInt32(value)
      count += 1
      if count % 4 == 0 {
        result += [UInt8(truncatingIfNeeded: group >> 16), UInt8(truncatingIfNeeded: group >> 8), UInt8(group & 0xFF)]
        group = 0
      }
    }
    switch count % 4 {
    case 0: break
    case 2: result.append(UInt8(truncatingIfNeeded: group >> 4))
    case 3: result += [UInt8(truncatingIfNeeded: group >> 10), UInt8(truncatingIfNeeded: group >> 2)]
    default: return nil
    }
    return result
  }
}
