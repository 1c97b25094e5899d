import CCrypto
public import Redaction

/// A private key, made and kept by libcrypto.
public final class PrivateKey {
  public enum Kind: Sendable { case ed25519, ecdsaP256, rsa4096 }

  let pointer: OpaquePointer
  /// The kind of a key, as its text names it: `EC`, `RSA` or `ED25519`.
  private let word: String

  /// Makes a new one.
  public init(_ kind: Kind) {
    let names = Self.names(kind)
    word = names.word
    let context = EVP_PKEY_CTX_new_from_name(nil, names.algorithm, nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    var isDone = EVP_PKEY_keygen_init(context) == 1
    if kind == .ecdsaP256 { isDone = isDone && EVP_PKEY_CTX_set_group_name(context, "P-256") == 1 }
    if kind == .rsa4096 { isDone = isDone && EVP_PKEY_CTX_set_rsa_keygen_bits(context, 4096) == 1 }
    guard isDone, EVP_PKEY_generate(context, &key) == 1, let key else {
      preconditionFailure("libcrypto makes keys")
    }
    pointer = key
  }

  /// Reads one that `pem` wrote, or another program; `nil` where the text is no private key.
  public init?(pem: Secret<String>) {
    guard let block = PEM(pem.reveal()), block.label.hasSuffix("PRIVATE KEY") else { return nil }
    let key = block.bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var start = buffer.baseAddress
      return d2i_AutoPrivateKey(nil, &start, buffer.count)
    }
    guard let key else { return nil }
    pointer = key
    switch EVP_PKEY_get_base_id(key) {
    case EVP_PKEY_EC: word = "EC"
    case EVP_PKEY_RSA: word = "RSA"
    default: word = "ED25519"
    }
  }

  deinit { EVP_PKEY_free(pointer) }

  /// In the usual form of its kind (RFC 5915, RFC 8017, RFC 8410), under the labels that Go's programs give them.
  public var pem: Secret<String> {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_PrivateKey(pointer, &bytes)
    precondition(count > 0, "libcrypto writes keys")
    defer { CRYPTO_clear_free(bytes, Int(count), nil, 0) }
    return Secret(
      PEM(label: "\(word) PRIVATE KEY", bytes: Array(UnsafeBufferPointer(start: bytes, count: Int(count)))).text)
  }

  /// What a signature is computed over; Ed25519 has its own.
  var digest: OpaquePointer? { EVP_PKEY_get_base_id(pointer) == EVP_PKEY_ED25519 ? nil : EVP_sha256() }

  private static func names(_ kind: Kind) -> (algorithm: String, word: String) {
    switch kind {
    case .ed25519: ("ED25519", "ED25519")
    case .ecdsaP256: ("EC", "EC")
    case .rsa4096: ("RSA", "RSA")
    }
  }
}

/// A labelled block of base 64 (RFC 7468).
struct PEM {
  var label: String
  var bytes: [UInt8]

  init(label: String, bytes: [UInt8]) {
    self.label = label
    self.bytes = bytes
  }

  /// The first block of a text.
  init?(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("-----") }),
      let last = lines[first...].firstIndex(where: { $0.hasPrefix("-----END ") }),
      let bytes = Base64.bytes(lines[lines.index(after: first)..<last].joined())
    else { return nil }
    label = String(lines[first].dropFirst(11).dropLast(5))
    self.bytes = bytes
  }

  var text: String {
    var text = "-----BEGIN \(label)-----\n"
    var rest = Base64.text(bytes)[...]
    while !rest.isEmpty {
      text += rest.prefix(64) + "\n"
      rest = rest.dropFirst(64)
    }
    return text + "-----END \(label)-----\n"
  }
}
