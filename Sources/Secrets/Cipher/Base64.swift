import CCrypto

/// Base 64 with padding (RFC 4648, section 4), by libcrypto.
package enum Base64 {
  package static func text(_ bytes: [UInt8]) -> String {
    // libcrypto writes a zero behind the text.
    var result = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let length = EVP_EncodeBlock(&result, bytes, Int32(bytes.count))
    return String(decoding: result.prefix(Int(length)), as: UTF8.self)
  }

  /// `nil` where the text is not base 64. Line breaks and spaces are passed over.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let encoded = text.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
    guard encoded.count.isMultiple(of: 4) else { return nil }
    guard !encoded.isEmpty else { return [] }
    var result = [UInt8](repeating: 0, count: encoded.count / 4 * 3)
    let length = Int(EVP_DecodeBlock(&result, encoded, Int32(encoded.count)))
    let padding = encoded.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard length >= 0, padding <= 2 else { return nil }
    return Array(result.prefix(length - padding))
  }
}
