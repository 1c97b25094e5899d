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
  struct Stop: Error {}

  private static let maximumProblems = 100

  private var reader: EventReader
  let source: SourceText
  private let limits: Limits
  let dialect: Dialect
  private var anchors: [String: Anchor] = [:]
  private var problems: [YAMLError] = []
  private var nodes = 0
  private var aliasedNodes = 0
  private var depth = 0
  /// Where the brackets and braces that are open start.
  var openFlow: [Int] = []
  /// The deepest level since an anchored node began.
  private var deepest = 0

  init(buffer: UnsafeBufferPointer<UInt8>, source: SourceText, limits: Limits, dialect: Dialect) {
    reader = EventReader(buffer)
    self.source = source
    self.limits = limits
    self.dialect = dialect
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

  mutating func next() throws(Stop) -> EventReader.Located {
    do throws(EventReader.Problem) {
      return try reader.next()
    } catch {
      throw stop(unclosed(error) ?? SyntaxProblem(error, in: source).error)
    }
  }

  /// At the end of the file, what is wrong is a bracket that was never closed, wherever libyaml stumbled.
  private func unclosed(_ problem: EventReader.Problem) -> YAMLError? {
    guard let start = openFlow.last, source.isEnd(problem.start) else { return nil }
    var place = source.span(from: start, to: start + 1)
    // An anchor or a tag can stand before it.
    let before = source.text(ofLine: place.line).unicodeScalars.dropFirst(place.column - 1).prefix {
      $0 != "[" && $0 != "{"
    }
    place.column += before.count
    let line = source.text(ofLine: place.line).unicodeScalars
    let bracket = line.dropFirst(place.column - 1).first == "{" ? ("{", "}") : ("[", "]")
    return YAMLError(
      "CR0113", "the '\(bracket.0)' here is never closed", at: place, fix: "add the closing '\(bracket.1)'")
  }

  /// Notes a problem after which reading goes on.
  mutating func note(_ problem: YAMLError) throws(Stop) {
    problems.append(problem)
    if problems.count >= Self.maximumProblems { throw Stop() }
  }

  private mutating func stop(_ problem: YAMLError) -> Stop {
    problems.append(problem)
    return Stop()
  }

  func span(_ event: EventReader.Located) -> SourceSpan { source.span(from: event.start, to: event.end) }
}

// MARK: Nodes

extension Composer {
  mutating func node(_ event: EventReader.Located) throws(Stop) -> Node {
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
    if flow { openFlow.append(start) }
    defer { if flow { openFlow.removeLast() } }
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
