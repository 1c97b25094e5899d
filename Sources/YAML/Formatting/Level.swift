/// A collection that is open, and where its members start, from 0.
struct Level {
  enum Kind {
    case mapping, sequence
    /// A sequence in the column of the key that it belongs to; no token starts or ends it.
    case unindentedSequence
    case flow
  }

  var kind: Kind
  /// In the text that is formatted.
  var original: Int
  /// In what is written; `nil` until its first member is.
  var column: Int?
}
