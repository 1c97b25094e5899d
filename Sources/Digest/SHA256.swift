internal import CCrypto

/// SHA-256 (FIPS 180-4), computed by libcrypto.
public struct SHA256: Sendable {
  /// The digest of some bytes: 32 bytes.
  public static func digest(_ input: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let done = EVP_Digest(input, input.count, &result, &length, EVP_sha256(), nil)
    precondition(done == 1 && length == 32, "libcrypto computes SHA-256")
    return result
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest(bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
