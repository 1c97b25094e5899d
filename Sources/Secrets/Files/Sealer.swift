/// Encrypts documents.
struct Sealer {
  private var walk: Walk
  private let path: String
  private let key: [UInt8]
  /// What was encrypted before, in the order of the file; each is used once, so that equal values look different.
  private var known: [SealedPlace: [String]]

  init(metadata: Metadata, path: String, key: [UInt8], known: [SealedPlace: [String]]) throws(SecretsError) {
    walk = try Walk(metadata, file: path)
    self.path = path
    self.key = key
    self.known = known
  }

  /// Of all that was sealed.
  func mac() -> String { walk.mac() }

  mutating func seal(_ documents: [Branch]) throws(SecretsError) -> [Branch] {
    var result: [Branch] = []
    for document in documents {
      if let item = document.items.first(where: { $0.key == "sops" }) {
        throw .syntax(file: path, message: "the key '\(item.key)' is SOPS' own; rename it")
      }
      result.append(branch(document, isList: false))
    }
    return result
  }

  private mutating func branch(_ branch: Branch, isList: Bool) -> Branch {
    var result = Branch()
    for item in branch.items {
      var sealed = Item(item.key, .null)
      for text in item.before { sealed.before.append(comment(text)) }
      if let text = item.beside { sealed.beside = comment(text) }
      if !isList { walk.enter(item.key) }
      sealed.value = value(item.value)
      if !isList { walk.leave() }
      result.items.append(sealed)
    }
    for text in branch.trailing { result.trailing.append(comment(text)) }
    return result
  }

  private mutating func value(_ value: Value) -> Value {
    switch value {
    case .list(let inner): return .list(branch(inner, isList: true))
    case .mapping(let inner): return .mapping(branch(inner, isList: false))
    default: break
    }
    guard let (bytes, kind) = value.content else { return value }
    let isEncrypted = walk.isEncrypted
    walk.sign(bytes, isEncrypted: isEncrypted)
    return isEncrypted ? .text(sealed(bytes, kind)) : value
  }

  private mutating func comment(_ text: String) -> String {
    // One that no key opened stays as it is.
    walk.isEncrypted && !SealedValue.looksSealed(text) ? sealed(Array(text.utf8), .comment) : text
  }

  private mutating func sealed(_ bytes: [UInt8], _ kind: SealedValue.Kind) -> String {
    if bytes.isEmpty { return "" }
    let place = SealedPlace(walk.place, bytes, kind)
    if var before = known[place], !before.isEmpty {
      let text = before.removeFirst()
      known[place] = before
      return text
    }
    return SealedValue(bytes, kind: kind, key: key, for: walk.place).text
  }
}
