/// What a machine said of itself, or why it could not.
///
/// What is unknown is never read as absent: whoever needs it says so, and does nothing.
public enum Known<Value: Sendable & Equatable>: Sendable, Equatable {
  case known(Value)
  /// `lsblk is not installed`
  case unknown(String)

  public var value: Value? { if case .known(let value) = self { value } else { nil } }
  public var reason: String? { if case .unknown(let reason) = self { reason } else { nil } }

  func map<Other>(_ transform: (Value) -> Other) -> Known<Other> {
    switch self {
    case .known(let value): .known(transform(value))
    case .unknown(let reason): .unknown(reason)
    }
  }
}
