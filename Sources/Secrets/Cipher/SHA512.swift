import CCrypto

/// SHA-512 (FIPS 180-4) over pieces, computed by libcrypto.
final class SHA512 {
  private let context = EVP_MD_CTX_new()

  init() { Self.check(EVP_DigestInit_ex(context, EVP_sha512(), nil)) }
  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: [UInt8]) { Self.check(EVP_DigestUpdate(context, bytes, bytes.count)) }

  /// 128 upper-case hexadecimal digits.
  func hex() -> String {
    var digest = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    Self.check(EVP_DigestFinal_ex(context, &digest, &length))
    let digits = Array("0123456789ABCDEF".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func check(_ done: Int32) { precondition(done == 1, "libcrypto computes SHA-512") }
}
