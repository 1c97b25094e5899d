internal import CCrypto

/// SHA-256 (FIPS 180-4), computed by libcrypto.
public struct SHA256: Sendable {
  /// The digest of some bytes: 32 bytes.
  public static func digest(_ input: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 32)
    // Not through EVP: to begin with, that reads openssl.cnf and lists every algorithm, which takes longer than all else
    // that these digests are for.
    var context = SHA256_CTX()
    let done =
      SHA256_Init(&context) == 1 && SHA256_Update(&context, input, input.count) == 1
      && SHA256_Final(&result, &context) == 1
    precondition(done, "libcrypto computes SHA-256")
    return result
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 64) { text in
      for (place, byte) in digest(bytes).enumerated() {
        text[2 * place] = digits[Int(byte >> 4)]
        text[2 * place + 1] = digits[Int(byte & 15)]
      }
      return 64
    }
  }
}
