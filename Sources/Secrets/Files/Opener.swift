/// Decrypts a file.
struct Opener {
  private let file: SealedFile
  private let key: [UInt8]
  /// How each value was encrypted.
  private(set) var sealed: [SealedPlace: [String]] = [:]
  /// Every place of the file, for comments that another program has moved.
  private lazy var places: Set<String> = Self.places(file.documents)

  init(file: SealedFile, key: DataKey) {
    self.file = file
    self.key = key.bytes
  }

  mutating func open() throws(SecretsError) -> [Branch] {
    var walk = try Walk(file.metadata, file: file.path)
    var plain: [Branch] = []
    for document in file.documents { plain.append(try branch(document, isList: false, &walk)) }
    let metadata = file.metadata
    guard let signature = SealedValue(metadata.mac),
      let mac = try? signature.open(key: key, for: metadata.lastModified),
      String(decoding: mac, as: UTF8.self) == walk.mac()
    else { throw .mac(file: file.path) }
    return plain
  }

  private mutating func branch(
    _ branch: Branch, isList: Bool, _ walk: inout Walk
  ) throws(SecretsError) -> Branch {
    var result = Branch()
    /// SOPS makes elements of the comments of a list.
    var waiting: [String] = []
    for item in branch.items {
      var plain = Item(item.key, .null)
      for text in item.before { plain.before.append(comment(text, walk)) }
      plain.beside = item.beside.map { comment($0, walk) }
      if !isList { walk.enter(item.key) }
      defer { if !isList { walk.leave() } }
      if isList, let text = item.value.text, SealedValue(text)?.kind == .comment {
        waiting += plain.before + [comment(text, walk)]
        continue
      }
      plain.before = waiting + plain.before
      waiting = []
      plain.value = try value(item.value, &walk)
      result.items.append(plain)
    }
    result.trailing = waiting + branch.trailing.map { comment($0, walk) }
    return result
  }

  private mutating func value(_ value: Value, _ walk: inout Walk) throws(SecretsError) -> Value {
    switch value {
    case .list(let inner): return .list(try branch(inner, isList: true, &walk))
    case .mapping(let inner): return .mapping(try branch(inner, isList: false, &walk))
    default: break
    }
    guard let content = value.content else { return value }
    guard walk.isEncrypted else {
      walk.sign(content.bytes, isEncrypted: false)
      return value
    }
    let plain = try decrypt(value, walk)
    if let content = plain.content { walk.sign(content.bytes, isEncrypted: true) }
    return plain
  }

  private mutating func decrypt(_ value: Value, _ walk: Walk) throws(SecretsError) -> Value {
    guard let text = value.text else {
      throw .value(file: file.path, path: walk.name, message: "should be encrypted and is not")
    }
    // Nothing is encrypted to nothing.
    if text.isEmpty { return value }
    guard let sealed = SealedValue(text) else {
      throw .value(file: file.path, path: walk.name, message: "should be encrypted and is not")
    }
    guard let bytes = try? sealed.open(key: key, for: walk.place) else {
      throw .value(
        file: file.path, path: walk.name,
        message: "does not decrypt: it was changed, moved to another key, or encrypted with another key")
    }
    guard let plain = Value(bytes, kind: sealed.kind) else {
      throw .value(file: file.path, path: walk.name, message: "is no \(sealed.kind.rawValue)")
    }
    self.sealed[SealedPlace(walk.place, bytes, sealed.kind), default: []].append(text)
    return plain
  }

  /// Comments are not signed, and may be plain in old files.
  private mutating func comment(_ text: String, _ walk: Walk) -> String {
    guard let value = SealedValue(text), value.kind == .comment else { return text }
    // YAML programs do not agree on where a comment between two levels belongs.
    for place in [walk.place] + places {
      guard let bytes = try? value.open(key: key, for: place), let plain = String(validating: bytes, as: UTF8.self)
      else { continue }
      if place == walk.place { sealed[SealedPlace(place, bytes, .comment), default: []].append(text) }
      return plain
    }
    return text
  }

  private static func places(_ documents: [Branch]) -> Set<String> {
    var places: Set<String> = [":"]
    func descend(_ branch: Branch, isList: Bool, _ path: [String]) {
      for item in branch.items {
        guard let inner = item.value.branch else { continue }
        let path = isList ? path : path + [item.key]
        places.insert(path.joined(separator: ":") + ":")
        descend(inner, isList: item.value.mapping == nil, path)
      }
    }
    for document in documents { descend(document, isList: false, []) }
    return places
  }
}
