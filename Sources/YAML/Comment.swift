public import Diagnostics

/// A comment of a YAML stream. The nodes of a ``Document`` know nothing of them.
public struct Comment: Sendable, Equatable {
  /// What stands behind the `#`, to the end of the line.
  public var text: String
  /// From the `#` on.
  public var span: SourceSpan
  /// Whether anything but white space stands before it on its line.
  public var isBesideContent: Bool
}

extension Document {
  /// Every comment of a stream, in order.
  ///
  /// A `#` starts a comment where it stands outside of scalars, at the start of a line or behind white space
  /// (YAML 1.2.2, section 6.6). libyaml says where scalars are; what is between them is looked through here.
  /// - Throws: the first syntax error.
  public static func comments(
    _ bytes: some Collection<UInt8>, file: String, limits: Limits = .init()
  ) throws(YAMLError) -> [Comment] {
    let source = try SourceText(bytes, file: file, limits: limits)
    let result = source.content.withUnsafeBufferPointer { buffer -> Result<[Range<Int>], YAMLError> in
      var reader = EventReader(buffer)
      var scalars: [Range<Int>] = []
      do throws(EventReader.Problem) {
        while true {
          let event = try reader.next()
          switch event.event {
          case .streamEnd: return .success(scalars)
          case .scalar(_, let style, _, _): scalars.append(source.content(of: event, style: style))
          default: continue
          }
        }
      } catch {
        return .failure(SyntaxProblem(error, in: source).error)
      }
    }
    return source.comments(outside: try result.get())
  }
}

extension SourceText {
  /// The characters of a scalar. A comment may stand in the header of a block scalar, before its content.
  fileprivate func content(of event: EventReader.Located, style: Node.Scalar.Style) -> Range<Int> {
    guard style == .block else { return event.start..<max(event.start, event.end) }
    let place = span(from: event.start, to: event.start + 1)
    let start = min(event.end, event.start - (place.column - 1) + text(ofLine: place.line).unicodeScalars.count)
    return start..<max(start, event.end)
  }

  fileprivate func comments(outside scalars: [Range<Int>]) -> [Comment] {
    var comments: [Comment] = []
    var rest = scalars[...]
    for (index, line) in lines.enumerated() {
      while let first = rest.first, first.upperBound <= line.start { rest.removeFirst() }
      let characters = Array(text(ofLine: index + 1).unicodeScalars)
      var previous: Unicode.Scalar = " "
      for (column, character) in characters.enumerated() {
        defer { previous = character }
        guard character == "#", previous == " " || previous == "\t" else { continue }
        let place = line.start + column
        while let first = rest.first, first.upperBound <= place { rest.removeFirst() }
        if let first = rest.first, first.contains(place) { continue }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: characters[(column + 1)...])
        comments.append(
          Comment(
            text: String(text),
            span: SourceSpan(file: file, line: index + 1, column: column + 1, length: characters.count - column),
            isBesideContent: characters[..<column].contains { $0 != " " && $0 != "\t" }))
        break
      }
    }
    return comments
  }
}
