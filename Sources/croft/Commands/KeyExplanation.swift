import Blueprint
import Catalog
import Diagnostics
import JSON
import Terminal

/// What `croft explain KEY` says of a key of the cluster file.
struct KeyExplanation {
  var key: SchemaKey
  /// What the file as a whole is called.
  var file = "cluster"

  /// The cluster file as a whole: what `croft explain cluster` shows.
  static func file(_ components: [ComponentKind]) -> SchemaKey {
    SchemaKey(root: ClusterFile.schema(components: components))
  }

  /// - Parameters:
  ///   - path: `nodes.disks.use`; the last name alone, where only one key is called so. What starts with `component` is a
  ///     key of a component of the user's own: `component.options`.
  ///   - components: what `platform` can name.
  static func find(_ path: String, components: [ComponentKind]) throws(Exit) -> KeyExplanation {
    let file = file(components)
    if path == "cluster" { return KeyExplanation(key: file) }
    if path == "component" || path.hasPrefix("component.") { return try ofComponent(path) }
    if let key = file.key(at: path), !isMistyped(path, file) { return KeyExplanation(key: key) }
    let all = file.descendants
    let others = path.contains(".") ? [] : all.filter { $0.name == path }
    if others.count == 1 { return KeyExplanation(key: others[0]) }
    throw Exit(.failure, "there is no key '\(path)'\(advice(path, file, all, others))")
  }

  private static func ofComponent(_ path: String) throws(Exit) -> KeyExplanation {
    let root = SchemaKey(root: OwnComponent.schema)
    guard path != "component" else { return KeyExplanation(key: root, file: "component") }
    let rest = String(path.dropFirst("component.".count))
    if let key = root.key(at: rest) { return KeyExplanation(key: key, file: "component") }
    throw Exit(.failure, "there is no key '\(path)'\(advice(rest, root, root.descendants, [], below: "component"))")
  }

  /// Any name can stand below `platform`; one that is nearly a component's is not meant as another.
  private static func isMistyped(_ path: String, _ file: SchemaKey) -> Bool {
    let parts = path.split(separator: ".").map(String.init)
    guard parts.count > 1, parts[0] == "platform", parts[1] != "*" else { return false }
    let names = file.key(at: "platform")?.keys.map(\.name) ?? []
    return !names.contains(parts[1]) && Suggestion.nearest(to: parts[1], among: names) != nil
  }

  private static func advice(
    _ path: String, _ file: SchemaKey, _ all: [SchemaKey], _ others: [SchemaKey], below root: String? = nil
  ) -> String {
    let prefix = root.map { "\($0)." } ?? ""
    if !others.isEmpty { return " at the top of the file; there are \(others.map(\.path).joined(separator: ", "))" }
    // As far as it leads somewhere.
    var known = path.split(separator: ".").dropLast().map(String.init)
    while !known.isEmpty,
      file.key(at: known.joined(separator: ".")) == nil || isMistyped(known.joined(separator: "."), file)
    { known.removeLast() }
    let parent = file.key(at: known.joined(separator: ".")) ?? file
    let word = path.split(separator: ".").dropFirst(known.count).first.map(String.init) ?? path
    let names = parent.keys.map(\.name)
    if let nearest = Suggestion.nearest(to: word, among: names) {
      return "; did you mean '\(prefix)\((known + [nearest]).joined(separator: "."))'?"
    }
    if known.isEmpty, let nearest = Suggestion.nearest(to: word, among: all.map(\.name)) {
      return "; did you mean '\(prefix)\(all.first { $0.name == nearest }?.path ?? nearest)'?"
    }
    return known.isEmpty
      ? " ('croft explain \(root ?? "cluster")' lists those at the top of the file)"
      : names.isEmpty
        ? ": '\(prefix)\(known.joined(separator: "."))' has no keys of its own"
        : "; '\(prefix)\(known.joined(separator: "."))' has \(names.joined(separator: ", "))"
  }

  // MARK: What is shown

  func text(_ style: Style) -> String {
    var lines = [style(key.path.isEmpty ? file : key.path, .bold)]
    if !key.about.isEmpty { lines += ["", key.about] }
    var facts: [(String, String)] = key.path.isEmpty ? [] : [("value", key.value)]
    if let value = key.byDefault { facts.append(("default", value.string ?? value.text)) }
    if key.isRequired, !key.path.isEmpty { facts.append(("required", "yes")) }
    if !key.beside.isEmpty { facts.append(("with", key.beside.joined(separator: ", "))) }
    for group in key.oneNeeded where group.count > 1 {
      facts.append(("needs", "one of " + group.joined(separator: ", ")))
    }
    if !facts.isEmpty { lines += [""] + Table([.init(""), .init("")], rows: facts.map { [$0.0, $0.1] }).lines() }
    let keys = key.keys.filter { !$0.isOfEveryRelease } + key.keys.filter(\.isOfEveryRelease)
    if !keys.isEmpty {
      let rows = keys.map { key in
        [
          "  " + style(key.name, .bold),
          [key.about, key.isRequired ? "(required)" : ""].joined(separator: " ").trimmed,
        ]
      }
      lines += ["", "keys below it"] + Table([.init(""), .init("")], rows: rows).lines()
    }
    return lines.joined(separator: "\n")
  }

  var json: JSON {
    [
      "key": .string(key.path), "about": .string(key.about), "value": .string(key.value),
      "default": key.byDefault ?? .null, "required": .bool(key.isRequired),
      "with": .array(key.beside.map { .string($0) }),
      "keys": .array(key.keys.map { ["key": .string($0.path), "about": .string($0.about)] }),
    ]
  }
}

extension String {
  /// Without spaces at its ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
