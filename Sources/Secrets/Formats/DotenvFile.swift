/// `NAME=value` lines. A line break inside a value is written `\n`.
enum DotenvFile {
  static func read(_ bytes: [UInt8], file: String) throws(SecretsError) -> Branch {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .syntax(file: file, message: "not UTF-8")
    }
    var branch = Branch()
    var comments: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty
    {
      if line.hasPrefix("#") {
        comments.append(String(line.dropFirst()))
        continue
      }
      guard let equals = line.firstIndex(of: "=") else {
        throw .syntax(file: file, message: "line \(index + 1) has no '='; write NAME=value, or # before a comment")
      }
      let value = line[line.index(after: equals)...].replacing("\\n", with: "\n")
      branch.items.append(Item(String(line[..<equals]), .text(String(value)), before: comments))
      comments = []
    }
    branch.trailing = comments
    return branch
  }

  static func write(_ branch: Branch, file: String) throws(SecretsError) -> String {
    var lines: [String] = []
    for item in branch.items {
      lines += item.before.map { "#" + $0 }
      if let beside = item.beside { lines.append("#" + beside) }
      lines.append("\(item.key)=\(try text(item, file).replacing("\n", with: "\\n"))")
    }
    lines += branch.trailing.map { "#" + $0 }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func text(_ item: Item, _ file: String) throws(SecretsError) -> String {
    switch item.value {
    case .null: return ""
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value): return Decimals.text(value)
    case .text(let value), .time(let value): return value
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .list, .mapping:
      throw .syntax(file: file, message: "\(item.key) is a mapping or a list, which a .env file cannot hold")
    }
  }

  // MARK: The sops part, which has levels

  static let prefix = "sops_"

  /// `{age: [{enc: …}]}` → `sops_age__list_0__map_enc=…`
  static func flatten(_ branch: Branch) -> [Item] {
    var items: [Item] = []
    func descend(_ value: Value, _ name: String) {
      switch value {
      case .mapping(let branch): for item in branch.items { descend(item.value, "\(name)__map_\(item.key)") }
      case .list(let branch):
        for (index, item) in branch.items.enumerated() { descend(item.value, "\(name)__list_\(index)") }
      default: items.append(Item(name, value))
      }
    }
    for item in branch.items { descend(item.value, prefix + item.key) }
    return items
  }

  static func unflatten(_ items: [Item]) -> Branch {
    var result = Value.mapping(Branch())
    for item in items {
      set(item.value, at: steps(String(item.key.dropFirst(prefix.count)))[...], in: &result)
    }
    return result.mapping ?? Branch()
  }

  private enum Step { case key(String), index(Int) }

  private static func steps(_ name: String) -> [Step] {
    var steps: [Step] = []
    var rest = name[...]
    var isIndex = false
    while true {
      let next = [rest.firstRange(of: "__map_"), rest.firstRange(of: "__list_")].compactMap { $0 }
        .min { $0.lowerBound < $1.lowerBound }
      let word = String(rest[..<(next?.lowerBound ?? rest.endIndex)])
      steps.append(isIndex ? .index(Int(word) ?? 0) : .key(word))
      guard let next else { return steps }
      isIndex = rest[next] == "__list_"
      rest = rest[next.upperBound...]
    }
  }

  private static func set(_ new: Value, at steps: ArraySlice<Step>, in value: inout Value) {
    guard let first = steps.first else {
      value = new
      return
    }
    switch first {
    case .key(let key):
      var branch = value.mapping ?? Branch()
      var child = branch[key] ?? .null
      set(new, at: steps.dropFirst(), in: &child)
      branch[key] = child
      value = .mapping(branch)
    case .index(let index):
      var branch = value.branch ?? Branch()
      // A file can come with any number in it.
      while branch.items.count <= min(index, 1000) { branch.items.append(Item("", .null)) }
      set(new, at: steps.dropFirst(), in: &branch.items[min(index, 1000)].value)
      value = .list(branch)
    }
  }
}
