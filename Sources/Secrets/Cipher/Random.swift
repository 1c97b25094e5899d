import CCrypto

/// Random bytes for keys and initialization vectors.
package enum Random {
  /// From libcrypto's generator, which the operating system seeds.
  package static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    precondition(RAND_bytes(&bytes, Int32(count)) == 1, "libcrypto has random bytes")
    return bytes
  }
}
