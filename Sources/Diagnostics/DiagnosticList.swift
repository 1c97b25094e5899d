/// Diagnostics in the order in which a reader meets their places, each once.
///
/// By file, line and column; those without a place come first. At one place the most severe comes first, then by code
/// and message.
public struct DiagnosticList: Sendable, Equatable {
  public private(set) var items: [Diagnostic]

  public init(_ diagnostics: some Sequence<Diagnostic> = []) {
    items = []
    for diagnostic in diagnostics.sorted(by: Self.isBefore) where items.last != diagnostic { items.append(diagnostic) }
  }

  public mutating func append(contentsOf others: some Sequence<Diagnostic>) { self = Self(items + Array(others)) }

  public mutating func append(_ diagnostic: Diagnostic) { append(contentsOf: [diagnostic]) }

  public var hasErrors: Bool { items.contains { $0.severity == .error } }

  public func count(_ severity: Severity) -> Int { items.count { $0.severity == severity } }

  /// `2 errors, 1 warning`; `no problems` where there are none.
  public var summary: String {
    let words = Severity.allCases.reversed().compactMap { severity in
      let count = count(severity)
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return words.isEmpty ? "no problems" : words.joined(separator: ", ")
  }

  private static func isBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    if a.span != b.span {
      guard let first = a.span else { return true }
      guard let second = b.span else { return false }
      return (first.file, first.line, first.column, first.length)
        < (second.file, second.line, second.column, second.length)
    }
    if a.severity != b.severity { return a.severity > b.severity }
    return (a.code, a.message, a.fix ?? "") < (b.code, b.message, b.fix ?? "")
  }
}

extension DiagnosticList: RandomAccessCollection {
  public var startIndex: Int { items.startIndex }
  public var endIndex: Int { items.endIndex }
  public subscript(position: Int) -> Diagnostic { items[position] }
}
