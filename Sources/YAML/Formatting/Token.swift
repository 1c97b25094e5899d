import CYAML

/// A token of a YAML stream and the characters that it spans. Between tokens there are only white space, line breaks
/// and comments.
struct Token {
  enum Kind: Equatable {
    case streamEnd
    /// `%YAML` and `%TAG`
    case directive
    case documentStart, documentEnd
    /// Where a block collection starts and ends; without characters.
    case mappingStart, sequenceStart, blockEnd
    /// `[` and `{`, `]` and `}`
    case flowStart, flowEnd
    /// `-` and `,`
    case entry, comma
    /// `?`, or nothing before a key without it.
    case key
    case value
    case alias, anchor, tag
    case plain, quoted, block
  }

  var kind: Kind
  var start: Int
  var end: Int
  var isEmpty: Bool { start == end }
}

extension EventReader {
  /// Every token of the stream. A reader gives either tokens or events.
  mutating func tokens() throws(Problem) -> [Token] {
    var tokens: [Token] = []
    while true {
      var token = yaml_token_t()
      guard yaml_parser_scan(parser, &token) == 1 else { throw problem() }
      defer { yaml_token_delete(&token) }
      guard let kind = Self.kind(token) else { continue }
      tokens.append(Token(kind: kind, start: token.start_mark.index, end: token.end_mark.index))
      if kind == .streamEnd { return tokens }
    }
  }

  private static func kind(_ token: yaml_token_t) -> Token.Kind? {
    switch token.type {
    case YAML_STREAM_END_TOKEN, YAML_NO_TOKEN: .streamEnd
    case YAML_VERSION_DIRECTIVE_TOKEN, YAML_TAG_DIRECTIVE_TOKEN: .directive
    case YAML_DOCUMENT_START_TOKEN: .documentStart
    case YAML_DOCUMENT_END_TOKEN: .documentEnd
    case YAML_BLOCK_SEQUENCE_START_TOKEN: .sequenceStart
    case YAML_BLOCK_MAPPING_START_TOKEN: .mappingStart
    case YAML_BLOCK_END_TOKEN: .blockEnd
    case YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN: .flowStart
    case YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN: .flowEnd
    case YAML_BLOCK_ENTRY_TOKEN: .entry
    case YAML_FLOW_ENTRY_TOKEN: .comma
    case YAML_KEY_TOKEN: .key
    case YAML_VALUE_TOKEN: .value
    case YAML_ALIAS_TOKEN: .alias
    case YAML_ANCHOR_TOKEN: .anchor
    case YAML_TAG_TOKEN: .tag
    case YAML_SCALAR_TOKEN:
      switch token.data.scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    default: nil
    }
  }
}
