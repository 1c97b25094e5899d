import Redaction

/// A secret file as it lies on the disk: keys to be read by everyone, values encrypted.
public struct SealedFile: Sendable {
  /// As the user would type it, for messages.
  public var path: String
  public var format: Format
  /// What the file says about itself.
  public var metadata: Metadata
  /// Values still encrypted. YAML can hold several documents, which share one MAC.
  public var documents: [Branch]

  /// Reads the text of a file.
  /// - Throws: `SecretsError.notEncrypted` for a file without a `sops` part; `.syntax`; `.metadata`.
  public init(_ bytes: [UInt8], path: String, format: Format) throws(SecretsError) {
    self.path = path
    self.format = format
    // A binary file is kept as JSON, with one member.
    var documents = try (format == .binary ? Format.json : format).read(bytes, file: path)
    guard let sops = Self.takeMetadata(from: &documents, format) else { throw .notEncrypted(file: path) }
    metadata = try Metadata(sops, file: path)
    self.documents = documents
  }

  init(path: String, format: Format, metadata: Metadata, documents: [Branch]) {
    self.path = path
    self.format = format
    self.metadata = metadata
    self.documents = documents
  }

  /// Whether the documents have a `sops` part, so that they are encrypted already.
  static func isSealed(_ documents: [Branch], _ format: Format) -> Bool {
    var documents = documents
    return takeMetadata(from: &documents, format) != nil
  }

  private static func takeMetadata(from documents: inout [Branch], _ format: Format) -> Branch? {
    var found: Branch?
    if format == .dotenv {
      guard let first = documents.first else { return nil }
      let items = first.items.filter { $0.key.hasPrefix(DotenvFile.prefix) }
      guard !items.isEmpty else { return nil }
      while let index = documents[0].items.firstIndex(where: { $0.key.hasPrefix(DotenvFile.prefix) }) {
        documents[0].remove(at: index)
      }
      return DotenvFile.unflatten(items)
    }
    for index in documents.indices {
      guard let place = documents[index].items.firstIndex(where: { $0.key == "sops" && $0.value.mapping != nil })
      else { continue }
      let item = documents[index].remove(at: place)
      found = found ?? item.value.mapping
    }
    return found
  }

  /// The text of the file.
  public func bytes() throws(SecretsError) -> [UInt8] {
    let sops = metadata.branch(isBinary: format == .binary)
    let sealed = documents.map { document in
      var document = document
      let items =
        format == .dotenv
        ? DotenvFile.flatten(sops).sorted { $0.key < $1.key } : [Item("sops", .mapping(sops))]
      document.items += items
      // Comments at the end stay before the part.
      document.items[document.items.count - items.count].before = document.trailing
      document.trailing = []
      return document
    }
    return try (format == .binary ? Format.json : format).write(sealed, file: path)
  }

  /// Decrypts every value, and verifies the MAC.
  /// - Throws: `SecretsError.value` for one that was changed or moved; `.mac`.
  public func open(with key: DataKey) throws(SecretsError) -> OpenFile {
    var opener = Opener(file: self, key: key)
    let plain = try opener.open()
    return OpenFile(path: path, format: format, metadata: metadata, key: key, documents: plain, sealed: opener.sealed)
  }
}

/// The key that a file's values are encrypted with: 32 bytes, made for the file.
public struct DataKey: Sendable, Equatable {
  let secret: Secret<[UInt8]>

  init(_ bytes: [UInt8]) { secret = Secret(bytes) }

  public static func random() -> DataKey { DataKey(Random.bytes(AESGCM.keyLength)) }

  var bytes: [UInt8] { secret.reveal() }
}
