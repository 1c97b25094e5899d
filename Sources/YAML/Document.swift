/// YAML 1.2 streams, read with libyaml.
public enum Document {
  /// What could be read of a stream, and everything that is wrong with it.
  public struct Reading: Sendable {
    /// Every document before the first syntax error. Where a problem is not one of syntax (a key given twice, an
    /// unknown tag), reading went on with the first key or without the tag.
    public var documents: [Node]
    public var problems: [YAMLError]
  }

  /// Every document of the stream, in order.
  ///
  /// A document without content (only comments, or nothing between two `---`) is skipped; one that says `null` is
  /// kept. Aliases are replaced by what they stand for, with the places where that is written; merge keys (`<<`) are
  /// merged, explicit keys winning.
  /// - Throws: the first problem of the stream; ``read(_:file:limits:)`` gives all of them.
  public static func parse(
    _ bytes: some Collection<UInt8>, file: String, limits: Limits = .init(), dialect: Dialect = .core
  ) throws(YAMLError) -> [Node] {
    let reading = read(bytes, file: file, limits: limits, dialect: dialect)
    if let problem = reading.problems.first { throw problem }
    return reading.documents
  }

  public static func parse(
    _ text: String, file: String, limits: Limits = .init(), dialect: Dialect = .core
  ) throws(YAMLError) -> [Node] {
    try parse(Array(text.utf8), file: file, limits: limits, dialect: dialect)
  }

  /// Reads as far as possible: for callers that report every problem in one run.
  public static func read(
    _ bytes: some Collection<UInt8>, file: String, limits: Limits = .init(), dialect: Dialect = .core
  ) -> Reading {
    do throws(YAMLError) {
      let source = try SourceText(bytes, file: file, limits: limits)
      return source.content.withUnsafeBufferPointer { buffer in
        var composer = Composer(buffer: buffer, source: source, limits: limits, dialect: dialect)
        return composer.stream()
      }
    } catch {
      return Reading(documents: [], problems: [error])
    }
  }
}
