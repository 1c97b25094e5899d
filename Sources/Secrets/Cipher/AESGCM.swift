import CCrypto

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D), computed by libcrypto.
enum AESGCM {
  static let keyLength = 32
  static let tagLength = 16

  /// The text was encrypted with another key or for another place, or somebody has changed it.
  struct Forged: Error {}

  static func seal(_ plain: [UInt8], key: [UInt8], iv: [UInt8], for place: [UInt8]) -> (sealed: [UInt8], tag: [UInt8]) {
    let context = Context(key: key, iv: iv, encrypts: true)
    context.authenticate(place)
    let sealed = context.update(plain)
    precondition(context.finish(), "libcrypto ends an encryption")
    return (sealed, context.tag())
  }

  static func open(
    _ sealed: [UInt8], tag: [UInt8], key: [UInt8], iv: [UInt8], for place: [UInt8]
  ) throws(Forged) -> [UInt8] {
    guard key.count == keyLength, !iv.isEmpty, tag.count == tagLength else { throw Forged() }
    let context = Context(key: key, iv: iv, encrypts: false)
    context.authenticate(place)
    let plain = context.update(sealed)
    context.expect(tag)
    guard context.finish() else { throw Forged() }
    return plain
  }

  /// One use of libcrypto's cipher.
  private final class Context {
    private let context = EVP_CIPHER_CTX_new()

    init(key: [UInt8], iv: [UInt8], encrypts: Bool) {
      precondition(key.count == AESGCM.keyLength, "a data key has 32 bytes")
      let direction: Int32 = encrypts ? 1 : 0
      Self.check(EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, nil, nil, direction))
      Self.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(iv.count), nil))
      Self.check(EVP_CipherInit_ex(context, nil, nil, key, iv, direction))
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    func authenticate(_ bytes: [UInt8]) {
      var length: Int32 = 0
      Self.check(EVP_CipherUpdate(context, nil, &length, bytes, Int32(bytes.count)))
    }

    func update(_ bytes: [UInt8]) -> [UInt8] {
      var result = [UInt8](repeating: 0, count: bytes.count)
      var length: Int32 = 0
      Self.check(EVP_CipherUpdate(context, &result, &length, bytes, Int32(bytes.count)))
      return Array(result.prefix(Int(length)))
    }

    /// Whether all is well; while decrypting, whether the tag is right.
    func finish() -> Bool {
      var rest = [UInt8](repeating: 0, count: AESGCM.tagLength)
      var length: Int32 = 0
      return EVP_CipherFinal_ex(context, &rest, &length) == 1
    }

    func tag() -> [UInt8] {
      var tag = [UInt8](repeating: 0, count: AESGCM.tagLength)
      Self.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag))
      return tag
    }

    func expect(_ tag: [UInt8]) {
      var tag = tag
      Self.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag))
    }

    private static func check(_ done: Int32) { precondition(done == 1, "libcrypto computes AES-256-GCM") }
  }
}
