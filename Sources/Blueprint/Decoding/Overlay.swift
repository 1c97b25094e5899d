import Diagnostics
import YAML

/// Lays an environment over the documents of a cluster. Every node keeps the place where it is written.
///
/// Mappings are merged, and so are lists of things with names, by name; `null` takes away what the file has; anything
/// else replaces.
struct Overlay {
  /// The documents with what has been laid over them.
  private(set) var documents: [Node]
  private let problems: Problems

  init(_ documents: [Node], _ problems: Problems) {
    self.documents = documents
    self.problems = problems
  }

  static func names(in documents: [Node]) -> [String] {
    var names: [String] = []
    for entry in documents.flatMap({ $0["environments"]?.entries ?? [] }) where !names.contains(entry.key) {
      names.append(entry.key)
    }
    return names
  }

  /// - Returns: whether there is an environment of that name.
  mutating func lay(environment name: String) -> Bool {
    let overlays = documents.compactMap { $0["environments"]?[name] }
    for entry in overlays.flatMap(\.entries) { lay(entry) }
    return !overlays.isEmpty
  }

  /// Lays each part where the documents have it; what is new goes into the first.
  private mutating func lay(_ entry: Node.Entry) {
    switch entry.value.content {
    case .mapping(let members) where ["platform", "apps"].contains(entry.key):
      for member in members {
        let part = Node(.mapping([member]), at: entry.value.span)
        let index = documents.firstIndex { $0[entry.key]?[member.key] != nil }
        if index == nil, member.value.isNull {
          reportAbsent(member, among: documents.flatMap { $0[entry.key]?.entries ?? [] })
        } else {
          lay(.init(key: entry.key, keySpan: entry.keySpan, value: part), over: index ?? 0)
        }
      }
    case .sequence(let elements) where ["nodes", "layers"].contains(entry.key):
      for element in elements {
        let name = element.name
        if name == nil, case .mapping = element.content {
          problems.report(
            "CR0203", "a part of '\(entry.key)' in an environment needs the key 'name'", at: element.span,
            fix: "add 'name:': it says which one is meant")
          continue
        }
        let index = documents.firstIndex { $0[entry.key]?.elements.contains { $0.name == name } ?? false }
        let part = Node(.sequence([element]), at: entry.value.span)
        lay(.init(key: entry.key, keySpan: entry.keySpan, value: part), over: index ?? 0)
      }
    default: lay(entry, over: documents.firstIndex { $0[entry.key] != nil } ?? 0)
    }
  }

  private mutating func lay(_ entry: Node.Entry, over index: Int) {
    documents[index] = merge(documents[index], with: entry)
  }

  private func merge(_ node: Node, with entry: Node.Entry) -> Node {
    var entries = node.entries
    let index = entries.firstIndex { $0.key == entry.key }
    switch (index, entry.value.isNull) {
    case (nil, true): reportAbsent(entry, among: entries)
    case (nil, false): entries.append(entry)
    case (let index?, true): entries.remove(at: index)
    case (let index?, false):
      entries[index].value = merge(entries[index].value, with: entry.value)
      // What has been replaced stands where the environment has it.
      if entries[index].value.span == entry.value.span { entries[index].keySpan = entry.keySpan }
    }
    return Node(.mapping(entries), at: node.span)
  }

  private func merge(_ node: Node, with overlay: Node) -> Node {
    switch (node.content, overlay.content) {
    case (.mapping, .mapping(let entries)): return entries.reduce(node) { merge($0, with: $1) }
    case (.sequence(let elements), .sequence(let others)):
      guard !others.isEmpty, (elements + others).allSatisfy({ $0.name != nil }) else { return overlay }
      var merged = elements
      for other in others {
        if let index = merged.firstIndex(where: { $0.name == other.name }) {
          merged[index] = merge(merged[index], with: other)
        } else {
          merged.append(other)
        }
      }
      return Node(.sequence(merged), at: node.span)
    default: return overlay
    }
  }

  private func reportAbsent(_ entry: Node.Entry, among entries: [Node.Entry]) {
    let nearest = Suggestion.nearest(to: entry.key, among: entries.map(\.key))
    problems.report(
      "CR0226", "there is no '\(entry.key.shortened)' here that could be taken away", at: entry.keySpan,
      fix: nearest.map { "did you mean '\($0)'?" } ?? "remove it; to add something without keys, write {}")
  }
}

extension Node {
  /// What a thing in a list is called.
  fileprivate var name: String? { self["name"]?.scalar?.text }
}
