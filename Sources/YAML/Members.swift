import Diagnostics

/// The members of a mapping while it is read.
struct Members {
  private(set) var entries: [Node.Entry] = []
  /// Where the first key is written, whatever it is.
  var firstKey: SourceSpan?
  /// Where `<<` is written.
  var mergeSpan: SourceSpan?

  private var merged: Set<String> = []
  /// Built once a mapping is so large that looking through it takes longer.
  private var index: [String: Int] = [:]
  private static let indexedFrom = 16

  private func position(of key: String) -> Int? {
    entries.count < Self.indexedFrom ? entries.firstIndex { $0.key == key } : index[key]
  }

  /// Where an explicit key was written.
  func span(of key: String) -> SourceSpan? {
    guard let position = position(of: key), !merged.contains(key) else { return nil }
    return entries[position].keySpan
  }

  /// Adds an explicit key, which takes the place of one that is there.
  mutating func add(_ entry: Node.Entry) {
    if let position = position(of: entry.key) {
      entries[position] = entry
      merged.remove(entry.key)
    } else {
      append(entry)
    }
  }

  /// Adds the members that are not there yet.
  mutating func merge(_ others: [Node.Entry]) {
    for entry in others where position(of: entry.key) == nil {
      append(entry)
      merged.insert(entry.key)
    }
  }

  private mutating func append(_ entry: Node.Entry) {
    entries.append(entry)
    if entries.count == Self.indexedFrom {
      for (position, entry) in entries.enumerated() { index[entry.key] = position }
    } else if entries.count > Self.indexedFrom {
      index[entry.key] = entries.count - 1
    }
  }
}
