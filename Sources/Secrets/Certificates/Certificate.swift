import CCrypto

/// A certificate (RFC 5280), made and signed by libcrypto.
public struct Certificate {
  /// What a certificate says.
  public struct Subject: Sendable {
    public var organization: String?
    public var commonName: String?
    /// Seconds since 1970.
    public var notBefore: Double
    public var notAfter: Double

    public init(organization: String? = nil, commonName: String? = nil, notBefore: Double, days: Int) {
      self.organization = organization
      self.commonName = commonName
      self.notBefore = notBefore
      notAfter = notBefore + Double(days) * 86400
    }
  }

  public let pem: String

  /// An authority that signs itself, for servers and clients.
  public init(authority subject: Subject, key: PrivateKey) {
    pem = Self.make(
      subject, of: key, issuer: nil, signedWith: key,
      extensions: [
        (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,digitalSignature,keyCertSign"),
        (NID_ext_key_usage, "serverAuth,clientAuth"), (NID_subject_key_identifier, "hash"),
      ])
  }

  /// A client's.
  /// - Returns: `nil` where the authority is no certificate.
  public init?(client subject: Subject, key: PrivateKey, authority: String, authorityKey: PrivateKey) {
    guard let block = PEM(authority), block.label == "CERTIFICATE" else { return nil }
    let issuer = block.bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var start = buffer.baseAddress
      return d2i_X509(nil, &start, buffer.count)
    }
    guard let issuer else { return nil }
    defer { X509_free(issuer) }
    pem = Self.make(
      subject, of: key, issuer: issuer, signedWith: authorityKey,
      extensions: [
        (NID_key_usage, "critical,digitalSignature"), (NID_ext_key_usage, "clientAuth"),
        (NID_authority_key_identifier, "keyid"),
      ])
  }

  private static func make(
    _ subject: Subject, of key: PrivateKey, issuer: OpaquePointer?, signedWith signer: PrivateKey,
    extensions: [(Int32, String)]
  ) -> String {
    let certificate = X509_new()
    defer { X509_free(certificate) }
    // The third version is written as 2.
    X509_set_version(certificate, 2)
    setSerialNumber(of: certificate)
    ASN1_TIME_set(X509_getm_notBefore(certificate), Int(subject.notBefore))
    ASN1_TIME_set(X509_getm_notAfter(certificate), Int(subject.notAfter))
    let name = X509_get_subject_name(certificate)
    for (kind, text) in [("O", subject.organization), ("CN", subject.commonName)] {
      guard let text else { continue }
      X509_NAME_add_entry_by_txt(name, kind, MBSTRING_UTF8, Array(text.utf8), Int32(text.utf8.count), -1, 0)
    }
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer ?? certificate))
    X509_set_pubkey(certificate, key.pointer)
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer ?? certificate, certificate, nil, nil, 0)
    for (kind, text) in extensions {
      let part = X509V3_EXT_conf_nid(nil, &context, kind, text)
      X509_add_ext(certificate, part, -1)
      X509_EXTENSION_free(part)
    }
    precondition(X509_sign(certificate, signer.pointer, signer.digest) > 0, "libcrypto signs certificates")
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509(certificate, &bytes)
    precondition(count > 0, "libcrypto writes certificates")
    defer { CRYPTO_free(bytes, nil, 0) }
    return PEM(label: "CERTIFICATE", bytes: Array(UnsafeBufferPointer(start: bytes, count: Int(count)))).text
  }

  /// 127 random bits.
  private static func setSerialNumber(of certificate: OpaquePointer?) {
    var bytes = Random.bytes(16)
    bytes[0] &= 0x7F
    let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
    defer { BN_free(number) }
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate))
  }
}
