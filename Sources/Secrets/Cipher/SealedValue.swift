/// A value as a SOPS file holds it: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`.
struct SealedValue {
  /// What the value was before.
  enum Kind: String { case str, int, float, bool, time, bytes, comment }

  var data: [UInt8]
  var iv: [UInt8]
  var tag: [UInt8]
  var kind: Kind

  /// What SOPS uses; the standard's own 12 bytes are read as well.
  private static let ivLength = 32
  private static let start = "ENC[AES256_GCM,"

  static func looksSealed(_ text: String) -> Bool { text.hasPrefix(start) }

  /// `nil` where the text is of another form.
  init?(_ text: String) {
    guard text.hasPrefix(Self.start), text.hasSuffix("]") else { return nil }
    var fields: [Substring: Substring] = [:]
    for field in text.dropFirst(Self.start.count).dropLast().split(separator: ",") {
      guard let colon = field.firstIndex(of: ":") else { return nil }
      fields[field[..<colon]] = field[field.index(after: colon)...]
    }
    guard let data = fields["data"].flatMap({ Base64.bytes($0) }), let iv = fields["iv"].flatMap({ Base64.bytes($0) }),
      let tag = fields["tag"].flatMap({ Base64.bytes($0) }),
      let kind = fields["type"].flatMap({ Kind(rawValue: String($0)) })
    else { return nil }
    (self.data, self.iv, self.tag, self.kind) = (data, iv, tag, kind)
  }

  /// Encrypts a value for its place in a file.
  /// - Parameter place: the keys that lead to it, each with a colon behind: `map:key:`.
  init(_ plain: [UInt8], kind: Kind, key: [UInt8], for place: String) {
    iv = Random.bytes(Self.ivLength)
    (data, tag) = AESGCM.seal(plain, key: key, iv: iv, for: Array(place.utf8))
    self.kind = kind
  }

  func open(key: [UInt8], for place: String) throws(AESGCM.Forged) -> [UInt8] {
    try AESGCM.open(data, tag: tag, key: key, iv: iv, for: Array(place.utf8))
  }

  var text: String {
    "\(Self.start)data:\(Base64.text(data)),iv:\(Base64.text(iv)),tag:\(Base64.text(tag)),type:\(kind.rawValue)]"
  }
}
