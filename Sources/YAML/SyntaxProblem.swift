import Diagnostics

/// libyaml's words for a syntax error → a message for the one who wrote the file.
///
/// The words are those of libyaml 0.2; one that is not known here is passed on as it is.
struct SyntaxProblem {
  let error: YAMLError

  init(_ problem: EventReader.Problem, in source: SourceText) {
    let place = source.span(from: problem.start, to: problem.start + 1)
    let context = source.span(from: problem.contextStart, to: problem.contextStart + 1)
    if let tab = Self.tab(on: place.line, upTo: place.column, problem.problem, in: source) {
      error = tab
      return
    }
    let line = source.text(ofLine: place.line)
    let rest = Array(line.unicodeScalars).dropFirst(place.column - 1)
    var word = context
    word.length =
      source.text(ofLine: context.line).unicodeScalars.dropFirst(context.column - 1).prefix { $0 != " " }.count
    error =
      Self.unclosed(problem, place: place, context: context, in: source)
      ?? Self.scalar(problem, place: place, next: rest.prefix(2).map(String.init))
      ?? Self.structure(problem, place: place, context: context, word: word, line: line)
      ?? Self.marks(problem, place: place)
      ?? YAMLError(
        "CR0101", [problem.problem, problem.context].filter { !$0.isEmpty }.joined(separator: " "), at: place,
        fix: "check the indentation and the quotes of this line and the one above")
  }

  /// Tabs in the indentation are behind many of libyaml's complaints; it names few of them.
  private static func tab(
    on line: Int, upTo column: Int, _ problem: String, in source: SourceText
  ) -> YAMLError? {
    let text = Array(source.text(ofLine: line).unicodeScalars)
    let indentation = text.prefix { $0 == " " || $0 == "\t" }
    guard let index = indentation.firstIndex(of: "\t"),
      problem.contains("tab") || problem.contains("cannot start any token") || problem.contains("did not find expected")
        || problem.contains("not allowed in this context") || problem.contains("could not find")
    else { return nil }
    let tabs = indentation[index...].prefix { $0 == "\t" }.count
    return YAMLError(
      "CR0102", "there is a tab in the indentation; YAML indents with spaces only",
      at: SourceSpan(file: source.file, line: line, column: index + 1, length: tabs),
      fix: "replace each tab with spaces (two for each level is usual)")
  }

  /// Quotes and brackets that the end of the file, or something that cannot be inside, comes before the end of.
  private static func unclosed(
    _ problem: EventReader.Problem, place: SourceSpan, context: SourceSpan, in source: SourceText
  ) -> YAMLError? {
    switch (problem.context, problem.problem) {
    case ("while scanning a quoted scalar", "found unexpected end of stream"),
      ("while scanning a quoted scalar", "found unexpected document indicator"):
      let line = Array(source.text(ofLine: context.line).unicodeScalars)
      let quote = line.dropFirst(context.column - 1).first.map(String.init) ?? "\""
      return YAMLError(
        "CR0113", "the text that starts with \(quote) here is never closed", at: context,
        fix: "add the closing \(quote)" + (quote == "'" ? "; a ' inside the text is written twice: ''" : ""))
    case ("while parsing a flow sequence", _):
      return YAMLError(
        "CR0113", "expected ',' or ']' here", at: place, related: [.init("the list starts here", at: context)],
        fix: "close the list with ']', or put ',' between its elements")
    case ("while parsing a flow mapping", _):
      return YAMLError(
        "CR0113", "expected ',' or '}' here", at: place, related: [.init("the mapping starts here", at: context)],
        fix: "close the mapping with '}', or put ',' between its members")
    default: return nil
    }
  }

  private static func scalar(
    _ problem: EventReader.Problem, place: SourceSpan, next: [String]
  ) -> YAMLError? {
    switch problem.problem {
    case "found character that cannot start any token":
      let character = next.first ?? ""
      return YAMLError(
        "CR0114", "a value cannot start with '\(character)' unless it is quoted", at: place,
        fix: "put the value in quotes: \"\(character)…\"")
    case "found unknown escape character":
      let escaped = next.dropFirst().first ?? ""
      return YAMLError(
        "CR0115", "'\\\(escaped)' is no escape in double quotes",
        at: SourceSpan(file: place.file, line: place.line, column: place.column, length: 2),
        fix: "use single quotes, in which \\ is an ordinary character, or write \\\\ for one \\")
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      return YAMLError(
        "CR0115", "this escape needs the hexadecimal number of a character", at: place,
        fix: "\\x takes two digits, \\u four, \\U eight: \"\\u00e9\"")
    case "did not find expected comment or line break" where problem.context.contains("block scalar"):
      return YAMLError(
        "CR0101", "text cannot follow '|' or '>' on the same line", at: place,
        fix: "start the text on the next line, indented; or quote the value if '|' or '>' belongs to it")
    case "found an indentation indicator equal to 0":
      return YAMLError(
        "CR0101", "the indentation of a block of text is from 1 to 9", at: place, fix: "remove the 0 after '|' or '>'")
    default: return nil
    }
  }

  private static func structure(
    _ problem: EventReader.Problem, place: SourceSpan, context: SourceSpan, word: SourceSpan, line: String
  ) -> YAMLError? {
    switch problem.problem {
    case "mapping values are not allowed in this context":
      return YAMLError(
        "CR0101", "a ':' cannot stand here: this value, or the line above, is not a key", at: place,
        fix: "if the ':' belongs to the value, quote the value; else check the indentation of this line")
    case "could not find expected ':'":
      return YAMLError(
        "CR0101", "expected ':' after this key", at: word,
        fix: "write 'key: value' with a space after the ':'; a list element starts with '- '")
    case "block sequence entries are not allowed in this context":
      return YAMLError(
        "CR0101", "a list element '-' cannot start here", at: place,
        fix: "start the list on its own line below the key, or write it as [a, b]")
    case "mapping keys are not allowed in this context":
      return YAMLError(
        "CR0101", "a '?' cannot start a key here", at: place, fix: "quote the value if the '?' belongs to it")
    case "did not find expected key":
      return YAMLError(
        "CR0101", "expected a key here, as in the lines above", at: place,
        related: [.init("the mapping that this line interrupts starts here", at: context)],
        fix: line.drop { $0 == " " }.hasPrefix("- ")
          ? "check the indentation: this is a list element among the keys of a mapping"
          : "check the indentation of this line and the one above, and that quotes surround a whole value")
    case "did not find expected '-' indicator":
      return YAMLError(
        "CR0101", "expected a list element '- …' here, as in the lines above", at: place,
        related: [.init("the list that this line interrupts starts here", at: context)],
        fix: "check the indentation: a key after a list stands where the list's own key stands")
    case "did not find expected node content":
      return YAMLError(
        "CR0101", "expected a value here", at: place,
        fix: "write the value, or \"\" for an empty text; '{{ … }}' of a template needs quotes")
    case "did not find expected <document start>":
      return YAMLError(
        "CR0101", "text follows the end of the document", at: place,
        fix: "check the indentation; a second document starts with a line '---'")
    default: return nil
    }
  }

  /// Anchors, aliases, tags and directives.
  private static func marks(_ problem: EventReader.Problem, place: SourceSpan) -> YAMLError? {
    switch problem.context {
    case "while scanning an anchor", "while scanning an alias":
      YAMLError(
        "CR0114", "expected a name of letters, digits, '-' and '_' after '&' or '*'", at: place,
        fix: "if the value is no anchor or alias, put it in quotes")
    case "while scanning a tag", "while parsing a tag", "while parsing a node":
      YAMLError(
        "CR0110", "this is not a tag that YAML knows: \(problem.problem)", at: place,
        fix: "if the value is no tag, put it in quotes: \"!…\"")
    case "while scanning a directive", "while scanning a %YAML directive", "while scanning a %TAG directive":
      YAMLError(
        "CR0101", "a line that starts with '%' is a directive, and this one is not known",
        at: SourceSpan(file: place.file, line: place.line, column: 1, length: place.column - 1),
        fix: "remove the line, or quote the value if it is meant as text")
    default: nil
    }
  }
}
