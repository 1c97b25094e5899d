public import Redaction

/// A secret file in plain text, in memory alone, with what it takes to encrypt it again.
public struct OpenFile: Sendable {
  public var path: String
  public var format: Format
  public var metadata: Metadata
  /// What the values are encrypted with when the file is sealed.
  public private(set) var key: DataKey
  private var secret: Secret<[Branch]>
  /// How each value was encrypted before: one that stays the same stays the same in the file.
  private var sealed: Secret<[SealedPlace: [String]]>

  /// A file that is new.
  public init(_ documents: [Branch], path: String, format: Format, metadata: Metadata, key: DataKey = .random()) {
    self.init(path: path, format: format, metadata: metadata, key: key, documents: documents, sealed: [:])
  }

  init(
    path: String, format: Format, metadata: Metadata, key: DataKey, documents: [Branch],
    sealed: [SealedPlace: [String]]
  ) {
    self.path = path
    self.format = format
    self.metadata = metadata
    self.key = key
    secret = Secret(documents)
    self.sealed = Secret(sealed)
  }

  /// The documents; all formats but YAML have exactly one.
  public var documents: Secret<[Branch]> { secret }

  /// The members of the first document.
  public var members: Secret<Branch> { Secret(secret.reveal().first ?? Branch()) }

  /// What was read and is to be encrypted for the first time.
  /// - Throws: `SecretsError.alreadyEncrypted`; `.syntax`.
  public static func read(_ plain: [UInt8], path: String, format: Format) throws(SecretsError) -> [Branch] {
    let documents = try format.read(plain, file: path)
    if SealedFile.isSealed(documents, format) { throw .alreadyEncrypted(file: path) }
    if format == .binary, let sealed = try? Format.json.read(plain, file: path), SealedFile.isSealed(sealed, .json) {
      throw .alreadyEncrypted(file: path)
    }
    return documents
  }

  /// The text in plain, in the file's own format.
  public func plainBytes() throws(SecretsError) -> Secret<[UInt8]> {
    Secret(try format.write(secret.reveal(), file: path))
  }

  /// Takes another text for the file, as an editor gives it back.
  public mutating func replace(with plain: [UInt8]) throws(SecretsError) {
    secret = Secret(try Self.read(plain, path: path, format: format))
  }

  /// Puts a value into the first document that has the path, else into the first.
  /// - Returns: whether that changed anything.
  /// - Throws: `SecretsError.noValue` where something on the way is no mapping.
  public mutating func set(_ value: Secret<Value>, at path: ValuePath) throws(SecretsError) -> Bool {
    var documents = secret.reveal()
    if documents.isEmpty { documents = [Branch()] }
    let index = documents.firstIndex { $0.value(at: path) != nil } ?? 0
    if documents[index].value(at: path) == value.reveal() { return false }
    guard documents[index].set(value.reveal(), at: path) else { throw .noValue(file: self.path, path: "\(path)") }
    secret = Secret(documents)
    return true
  }

  /// Makes a new data key. Everything is encrypted anew, for the recipients that are wrapped for it.
  public mutating func rotateKey() {
    key = .random()
    sealed = Secret([:])
  }

  /// Encrypts the file. The recipients' copies of the data key are taken from the metadata.
  /// - Parameter now: seconds since 1970.
  public func seal(now: Double) throws(SecretsError) -> SealedFile {
    var metadata = metadata
    metadata.lastModified = Timestamp.text(now)
    var sealer = try Sealer(metadata: metadata, path: path, key: key.bytes, known: sealed.reveal())
    let documents = try sealer.seal(secret.reveal())
    metadata.mac = SealedValue(Array(sealer.mac().utf8), kind: .str, key: key.bytes, for: metadata.lastModified).text
    return SealedFile(path: path, format: format, metadata: metadata, documents: documents)
  }
}

/// A plain value in its place; numbers that are written alike are one.
struct SealedPlace: Hashable {
  var place: String
  var bytes: [UInt8]
  var isNumber: Bool
  var kind: SealedValue.Kind?

  init(_ place: String, _ bytes: [UInt8], _ kind: SealedValue.Kind) {
    self.place = place
    self.bytes = bytes
    isNumber = kind == .int || kind == .float
    // JSON knows one kind of number: 1.0 becomes 1 on its way through an editor.
    self.kind = isNumber ? nil : kind
  }
}
