import Diagnostics

/// Events → nodes: aliases and merge keys followed, limits kept, problems gathered.
struct Composer: ~Copyable {
  /// A node that an anchor names, or `nil` inside itself.
  private struct Anchor {
    var node: Node?
    var nodes: Int
    var height: Int
    var span: SourceSpan
  }

  /// Reading cannot go on; the reason is the last of `problems`.
  private struct Stop: Error {}

  private static let maximumProblems = 100

  private var reader: EventReader
  private let source: SourceText
  private let limits: Limits
  private var anchors: [String: Anchor] = [:]
  private var problems: [YAMLError] = []
  private var nodes = 0
  private var aliasedNodes = 0
  private var depth = 0
  /// The deepest level since an anchored node began.
  private var deepest = 0

  init(buffer: UnsafeBufferPointer<UInt8>, source: SourceText, limits: Limits) {
    reader = EventReader(buffer)
    self.source = source
    self.limits = limits
  }

  mutating func stream() -> Document.Reading {
    var documents: [Node] = []
    do throws(Stop) {
      while true {
        let event = try next()
        switch event.event {
        case .streamEnd: return Document.Reading(documents: documents, problems: problems)
        case .documentStart:
          anchors = [:]
          let root = try node(try next())
          if !Self.isNothing(root) { documents.append(root) }
        default: continue
        }
      }
    } catch {
      return Document.Reading(documents: documents, problems: problems)
    }
  }

  private static func isNothing(_ node: Node) -> Bool {
    guard let scalar = node.scalar else { return false }
    return scalar.style == .plain && scalar.text.isEmpty && scalar.tag == nil
  }

  private mutating func next() throws(Stop) -> EventReader.Located {
    do throws(EventReader.Problem) {
      return try reader.next()
    } catch {
      throw stop(SyntaxProblem(error, in: source).error)
    }
  }

  /// Notes a problem after which reading goes on.
  private mutating func note(_ problem: YAMLError) throws(Stop) {
    problems.append(problem)
    if problems.count >= Self.maximumProblems { throw Stop() }
  }

  private mutating func stop(_ problem: YAMLError) -> Stop {
    problems.append(problem)
    return Stop()
  }

  private func span(_ event: EventReader.Located) -> SourceSpan { source.span(from: event.start, to: event.end) }
}

// MARK: Nodes

extension Composer {
  private mutating func node(_ event: EventReader.Located) throws(Stop) -> Node {
    let place = span(event)
    try count(1, at: place)
    switch event.event {
    case .alias(let name): return try alias(name, at: place)
    case .scalar(let text, let style, let anchor, let tag):
      let checked = try scalarTag(tag, text: text, at: place)
      let node = Node(.scalar(.init(text: text, style: style, tag: checked)), at: place)
      if let anchor { anchors[anchor] = Anchor(node: node, nodes: 1, height: 0, span: place) }
      return node
    case .sequenceStart(let anchor, let tag, let flow):
      try collectionTag(tag, expected: "seq", at: place)
      return try collection(anchor, at: place) { composer, node throws(Stop) in
        try composer.sequence(flow: flow, start: event.start, into: &node)
      }
    case .mappingStart(let anchor, let tag, let flow):
      try collectionTag(tag, expected: "map", at: place)
      return try collection(anchor, at: place) { composer, node throws(Stop) in
        try composer.mapping(flow: flow, start: event.start, into: &node)
      }
    case .documentStart, .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd:
      throw stop(YAMLError("CR0101", "a value was expected here", at: place))
    }
  }

  /// Counts what a stream unfolds to.
  private mutating func count(_ more: Int, at place: SourceSpan) throws(Stop) {
    nodes += more
    if nodes > limits.nodes {
      throw stop(
        YAMLError(
          "CR0109", "the file holds more than \(limits.nodes) values", at: place, fix: "split it into smaller files"))
    }
  }

  private mutating func collection(
    _ anchor: String?, at place: SourceSpan, fill: (inout Composer, inout Node) throws(Stop) -> Void
  ) throws(Stop) -> Node {
    let before = nodes
    let outerDeepest = deepest
    depth += 1
    deepest = depth
    try checkDepth(depth, at: place)
    if let anchor { anchors[anchor] = Anchor(node: nil, nodes: 0, height: 0, span: place) }
    var node = Node(.sequence([]), at: place)
    try fill(&self, &node)
    if let anchor {
      anchors[anchor] = Anchor(node: node, nodes: nodes - before + 1, height: deepest - depth + 1, span: place)
    }
    deepest = max(deepest, outerDeepest)
    depth -= 1
    return node
  }

  private mutating func checkDepth(_ level: Int, at place: SourceSpan) throws(Stop) {
    if level > limits.depth {
      throw stop(
        YAMLError(
          "CR0108", "the file is nested deeper than \(limits.depth) levels", at: place,
          fix: "look for brackets that are never closed, or for an alias inside what it repeats"))
    }
  }

  private mutating func alias(_ name: String, at place: SourceSpan) throws(Stop) -> Node {
    guard let anchor = anchors[name] else {
      let nearest = Suggestion.nearest(to: name, among: anchors.keys)
      try note(
        YAMLError(
          "CR0106", "there is no anchor '\(name)' before this alias", at: place,
          related: nearest.flatMap { anchors[$0] }.map { [.init("a similar anchor is here", at: $0.span)] } ?? [],
          fix: nearest.map { "did you mean '*\($0)'?" }
            ?? "write '&\(name)' before the value to repeat, or quote the text if it is no alias: '*\(name)'"))
      return Node(.scalar(.init(text: "", style: .plain)), at: place)
    }
    guard let node = anchor.node else {
      try note(
        YAMLError(
          "CR0107", "the alias '*\(name)' is inside the value that it repeats", at: place,
          related: [.init("the value starts here", at: anchor.span)], fix: "repeat a value that does not contain itself"
        ))
      return Node(.scalar(.init(text: "", style: .plain)), at: place)
    }
    aliasedNodes += anchor.nodes
    if aliasedNodes > limits.aliasedNodes {
      throw stop(
        YAMLError(
          "CR0109", "the aliases unfold to more than \(limits.aliasedNodes) values", at: place,
          related: [.init("this value is repeated once more", at: anchor.span)],
          fix: "write the values out, or generate the file"))
    }
    try count(anchor.nodes, at: place)
    deepest = max(deepest, depth + anchor.height)
    try checkDepth(depth + anchor.height, at: place)
    return node
  }

  private mutating func sequence(flow: Bool, start: Int, into node: inout Node) throws(Stop) {
    var elements: [Node] = []
    while true {
      let event = try next()
      if case .sequenceEnd = event.event {
        if flow { node.span = source.span(from: start, to: event.end) }
        node.content = .sequence(elements)
        return
      }
      elements.append(try self.node(event))
    }
  }
}

// MARK: Mappings

extension Composer {
  private mutating func mapping(flow: Bool, start: Int, into node: inout Node) throws(Stop) {
    var members = Members()
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
      } else if let first = members.span(of: key) {
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
    return scalar.text
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

// MARK: Tags

extension Composer {
  /// The tag that the scalar keeps.
  private mutating func scalarTag(_ tag: String?, text: String, at place: SourceSpan) throws(Stop) -> String? {
    guard let tag else { return nil }
    if tag == "!" { return CoreSchema.prefix + "str" }
    let name = tag.hasPrefix(CoreSchema.prefix) ? String(tag.dropFirst(CoreSchema.prefix.count)) : ""
    let expected: String
    switch name {
    case "str": return tag
    case "null" where CoreSchema.isNull(text): return tag
    case "bool" where CoreSchema.bool(text) != nil: return tag
    case "int" where CoreSchema.int(text) != nil: return tag
    case "float" where CoreSchema.number(text) != nil: return tag
    case "binary" where Base64.text(text) != nil: return tag
    case "null": expected = "nothing, 'null' or '~'"
    case "bool": expected = "'true' or 'false'"
    case "int": expected = "a whole number"
    case "float": expected = "a number"
    case "binary": expected = Base64.bytes(text) == nil ? "base 64" : "the base 64 of UTF-8 text"
    default:
      try unknownTag(tag, at: place)
      return nil
    }
    try note(
      YAMLError(
        "CR0110", "the tag '!!\(name)' wants \(expected)", at: place, fix: "mend the value, or remove the tag"))
    return nil
  }

  private mutating func collectionTag(_ tag: String?, expected: String, at place: SourceSpan) throws(Stop) {
    guard let tag, tag != "!", tag != CoreSchema.prefix + expected else { return }
    try unknownTag(tag, at: place)
  }

  private mutating func unknownTag(_ tag: String, at place: SourceSpan) throws(Stop) {
    let shown = tag.hasPrefix(CoreSchema.prefix) ? "!!" + tag.dropFirst(CoreSchema.prefix.count) : tag
    try note(
      YAMLError(
        "CR0110", "the tag '\(shown)' is not known, or does not fit this value", at: place,
        fix: "remove it; known are !!str, !!int, !!float, !!bool, !!null, !!binary, !!seq and !!map, each on its kind"))
  }
}
