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
}
