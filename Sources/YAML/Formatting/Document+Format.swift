/// Why a stream was not formatted.
public enum FormatError: Error, Sendable, Equatable {
  /// It is not YAML that Croft accepts.
  case problems([YAMLError])
  /// What was to be written would say something else. It is not known to happen; it is looked at each time all the same.
  case wouldChange(file: String)
}

extension FormatError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .problems(let problems): problems.map(\.description).joined(separator: "\n")
    case .wouldChange(let file):
      "\(file) is left as it is: laid out anew it would not be read as the same values, which is a mistake in croft"
    }
  }
}

extension Document {
  /// The same stream laid out in one way: two spaces a level, lists deeper than their key, no more white space than is
  /// needed, at most one blank line, LF at the end of each line.
  ///
  /// Everything else stays: comments, the order of keys, quotes, anchors, aliases and merge keys, document markers, and
  /// where lines are broken. What was formatted once does not change when it is formatted again.
  /// - Throws: `FormatError.problems` where the stream cannot be read; `.wouldChange` where the result would not hold
  ///   the same values, anchors and comments.
  public static func format(
    _ bytes: some Collection<UInt8>, file: String, limits: Limits = .init()
  ) throws(FormatError) -> String {
    let reading = read(bytes, file: file, limits: limits)
    guard reading.problems.isEmpty else { throw .problems(reading.problems) }
    let before: (tokens: [Token], text: Characters, events: [EventReader.Event])
    let after: (tokens: [Token], text: Characters, events: [EventReader.Event])
    do {
      before = try scan(SourceText(bytes, file: file, limits: limits).content)
      var layout = Layout(before.text)
      let text = layout.format(before.tokens)
      after = try scan(Array(text.utf8))
      var again = Layout(after.text)
      _ = again.format(after.tokens)
      if before.events == after.events, layout.comments == again.comments { return text }
    } catch {}
    throw .wouldChange(file: file)
  }

  /// - Parameter bytes: UTF-8 without a byte order mark.
  private static func scan(
    _ bytes: [UInt8]
  ) throws -> (tokens: [Token], text: Characters, events: [EventReader.Event]) {
    try bytes.withUnsafeBufferPointer { buffer in
      var scanner = EventReader(buffer)
      let tokens = try scanner.tokens()
      var reader = EventReader(buffer)
      var events: [EventReader.Event] = []
      repeat { events.append(try reader.next().event) } while events.last != .streamEnd
      return (tokens, Characters(bytes), events)
    }
  }
}
