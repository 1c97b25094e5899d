/// What one column of one row holds, and what a `?` in a statement stands for.
public enum Value: Sendable, Equatable {
  case null
  case int(Int)
  case double(Double)
  case text(String)
  case blob([UInt8])

  public var int: Int? { if case .int(let value) = self { value } else { nil } }
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }
  public var isNull: Bool { self == .null }
  public var double: Double? {
    switch self {
    case .double(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }

  /// NULL where there is no text.
  public init(_ text: String?) { self = text.map { .text($0) } ?? .null }
  /// NULL where there is no number.
  public init(_ int: Int?) { self = int.map { .int($0) } ?? .null }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(nilLiteral: ()) { self = .null }
}

/// One row of an answer.
public struct Row: Sendable, Equatable {
  public var columns: [String]
  public var values: [Value]

  public init(columns: [String], values: [Value]) {
    self.columns = columns
    self.values = values
  }

  /// The value of a column by the name that the statement gives it. Asking for another is a mistake in the program.
  public subscript(_ column: String) -> Value {
    guard let index = columns.firstIndex(of: column) else {
      preconditionFailure("no column \(column) among \(columns.joined(separator: ", "))")
    }
    return values[index]
  }

  public subscript(_ index: Int) -> Value { values[index] }
}
