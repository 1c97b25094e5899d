import Diagnostics

extension Composer {
  mutating func mapping(flow: Bool, start: Int, into node: inout Node) throws(Stop) {
    var members = Members()
    if flow { openFlow.append(start) }
    defer { if flow { openFlow.removeLast() } }
    while true {
      let event = try next()
      if case .mappingEnd = event.event {
        if flow {
          node.span = source.span(from: start, to: event.end)
        } else if let first = members.firstKey, first.line == node.span.line {
          node.span.length = max(1, first.column + first.length - node.span.column)
        }
        node.content = .mapping(members.entries)
        return
      }
      let place = span(event)
      let keyNode = try self.node(event)
      let key = try key(keyNode, at: place)
      let value = try self.node(try next())
      guard let key else { continue }
      members.firstKey = members.firstKey ?? place
      if key == "<<", keyNode.scalar?.style == .plain, keyNode.scalar?.tag == nil {
        if let first = members.mergeSpan {
          try note(
            YAMLError(
              "CR0105", "the merge key '<<' is given twice in one mapping", at: place,
              related: [.init("it is given here first", at: first)], fix: "merge a list: '<<: [*first, *second]'"))
          continue
        }
        members.mergeSpan = place
        try merge(value, into: &members)
      } else if dialect == .core, let first = members.span(of: key) {
        try note(
          YAMLError(
            "CR0105", "the key '\(key)' is given twice in one mapping", at: place,
            related: [.init("it is given here first", at: first)], fix: "keep one of the two, or merge their values"))
      } else {
        members.add(Node.Entry(key: key, keySpan: place, value: value))
      }
    }
  }

  /// The text of a key; `nil`, with a problem noted, where it has none.
  private mutating func key(_ node: Node, at place: SourceSpan) throws(Stop) -> String? {
    guard let scalar = node.scalar else {
      try note(
        YAMLError(
          "CR0111", "a key must be a single value, not a \(node.kind)", at: place,
          fix: "if the braces are a template's, such as {{ name }}, put them in quotes"))
      return nil
    }
    if scalar.style == .plain, scalar.text.isEmpty, scalar.tag == nil {
      try note(
        YAMLError(
          "CR0111", "there is no key before this ':'", at: place, fix: "write the key, or \"\" for an empty one"))
      return nil
    }
    if scalar.tag == CoreSchema.prefix + "binary" { return Base64.text(scalar.text) ?? scalar.text }
    return dialect == .core ? scalar.text : KubernetesSchema.key(scalar)
  }

  private mutating func merge(_ value: Node, into members: inout Members) throws(Stop) {
    switch value.content {
    case .mapping(let entries): members.merge(entries)
    case .sequence(let elements):
      for element in elements {
        guard case .mapping(let entries) = element.content else {
          try note(mergeProblem(element))
          continue
        }
        members.merge(entries)
      }
    case .scalar: try note(mergeProblem(value))
    }
  }

  private func mergeProblem(_ node: Node) -> YAMLError {
    YAMLError(
      "CR0112", "'<<' merges mappings, and this is a \(node.kind)", at: node.span,
      fix: "name the anchor of a mapping, '<<: *defaults', or quote the key if it is no merge: '\"<<\"'")
  }
}

extension Node {
  /// The word for what this is.
  var kind: String {
    switch content {
    case .scalar: "scalar"
    case .sequence: "list"
    case .mapping: "mapping"
    }
  }
}
