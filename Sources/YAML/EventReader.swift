import CYAML

/// The events of a YAML stream, one at a time: all that Croft uses of libyaml.
struct EventReader: ~Copyable {
  enum Event: Equatable {
    case documentStart, documentEnd, streamEnd
    case alias(String)
    case scalar(String, Node.Scalar.Style, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?, flow: Bool)
    case mappingStart(anchor: String?, tag: String?, flow: Bool)
    case sequenceEnd, mappingEnd
  }

  /// An event and the characters of the stream that it spans.
  struct Located {
    var event: Event
    var start: Int
    var end: Int
  }

  /// libyaml's words for a syntax error.
  struct Problem: Error {
    var context: String
    var contextStart: Int
    var problem: String
    var start: Int
  }

  // libyaml keeps the address of its parser, so it must not move.
  let parser: UnsafeMutablePointer<yaml_parser_t>

  /// - Parameter buffer: UTF-8; must outlive the reader.
  init(_ buffer: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    if let start = buffer.baseAddress {
      yaml_parser_set_input_string(parser, start, buffer.count)
    } else {
      // An empty stream has no address, and libyaml wants one; it does not read from it.
      withUnsafePointer(to: 0 as UInt8) { yaml_parser_set_input_string(parser, $0, 0) }
    }
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func next() throws(Problem) -> Located {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
      defer { yaml_event_delete(&event) }
      guard let translated = Self.translate(event) else { continue }
      return Located(event: translated, start: event.start_mark.index, end: event.end_mark.index)
    }
  }

  private static func translate(_ event: yaml_event_t) -> Event? {
    switch event.type {
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let style: Node.Scalar.Style =
        switch scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
      return .scalar(String(decoding: bytes, as: UTF8.self), style, anchor: text(scalar.anchor), tag: text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .sequenceStart(
        anchor: text(start.anchor), tag: text(start.tag), flow: start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mappingStart(
        anchor: text(start.anchor), tag: text(start.tag), flow: start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return nil
    }
  }

  func problem() -> Problem {
    let state = parser.pointee
    func words(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
    return Problem(
      context: words(state.context), contextStart: state.context_mark.index, problem: words(state.problem),
      start: state.problem_mark.index)
  }

  private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? { pointer.map { String(cString: $0) } }
}
