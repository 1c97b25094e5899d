import Diagnostics
import JSON
import YAML

/// `environments:` – variants of one cluster, each laid over the rest of the file.
extension Shape where Value == [String] {
  /// Their names. What they hold is read where it is laid, so that it is checked as a part of the whole.
  static var environments: Shape {
    map("a mapping of environments by name", values: { ["$ref": "#/$defs/overlay"] }) { entry, problems in
      entry.checkLabel("the name of an environment", problems)
      guard case .mapping = entry.value.content else {
        if !entry.value.isNull { problems.mismatch(entry.value, expected: "a mapping with keys of a cluster") }
        return entry.key
      }
      for key in ["apiVersion", "kind", "include", "environments"] where entry.value[key] != nil {
        let place = entry.value.entries.first { $0.key == key }?.keySpan
        problems.report(
          "CR0216", "'\(key)' has no meaning in an environment", at: place,
          fix: "remove it: it belongs to the whole file")
      }
      return entry.key
    }
  }
}

/// Lays one tree of nodes over another. Every node keeps the place where it is written.
enum Overlay {
  /// - Returns: the documents with the environment laid over them, or `nil` where none has that name.
  static func apply(environment name: String, to documents: [Node]) -> [Node]? {
    var documents = documents
    var isKnown = false
    for document in documents {
      guard let overlay = document["environments"]?[name] else { continue }
      isKnown = true
      for entry in overlay.entries { lay(entry, over: &documents) }
    }
    return isKnown ? documents : nil
  }

  static func names(in documents: [Node]) -> [String] {
    documents.flatMap { $0["environments"]?.entries ?? [] }.map(\.key)
  }

  /// Lays each part where the documents have it; what is new goes into the first.
  private static func lay(_ entry: Node.Entry, over documents: inout [Node]) {
    if documents.isEmpty { return }
    switch entry.value.content {
    case .mapping(let members) where ["platform", "apps"].contains(entry.key):
      for member in members {
        let index = documents.firstIndex { $0[entry.key]?[member.key] != nil } ?? 0
        let part = Node(.mapping([member]), at: entry.value.span)
        documents[index] = merge(documents[index], with: .init(key: entry.key, keySpan: entry.keySpan, value: part))
      }
    case .sequence(let elements) where ["nodes", "layers"].contains(entry.key):
      for element in elements {
        let name = element["name"]?.scalar?.text
        let index =
          documents.firstIndex { $0[entry.key]?.elements.contains { $0["name"]?.scalar?.text == name } ?? false } ?? 0
        let part = Node(.sequence([element]), at: entry.value.span)
        documents[index] = merge(documents[index], with: .init(key: entry.key, keySpan: entry.keySpan, value: part))
      }
    default:
      let index = documents.firstIndex { $0[entry.key] != nil } ?? 0
      documents[index] = merge(documents[index], with: entry)
    }
  }

  /// Mappings are merged, lists of named things by name; `null` takes a key away; anything else replaces.
  private static func merge(_ node: Node, with entry: Node.Entry) -> Node {
    var entries = node.entries
    if let index = entries.firstIndex(where: { $0.key == entry.key }) {
      if entry.value.isNull {
        entries.remove(at: index)
      } else {
        entries[index].value = merge(entries[index].value, with: entry.value)
      }
    } else if !entry.value.isNull {
      entries.append(entry)
    }
    return Node(.mapping(entries), at: node.span)
  }

  private static func merge(_ node: Node, with overlay: Node) -> Node {
    switch (node.content, overlay.content) {
    case (.mapping, .mapping(let entries)): return entries.reduce(node) { merge($0, with: $1) }
    case (.sequence(let elements), .sequence(let others)):
      let names = others.map { $0["name"]?.scalar?.text }
      guard !names.contains(nil), elements.allSatisfy({ $0["name"] != nil }) else { return overlay }
      var merged = elements
      for (name, other) in zip(names, others) {
        if let index = merged.firstIndex(where: { $0["name"]?.scalar?.text == name }) {
          merged[index] = merge(merged[index], with: other)
        } else {
          merged.append(other)
        }
      }
      return Node(.sequence(merged), at: node.span)
    default: return overlay
    }
  }
}
