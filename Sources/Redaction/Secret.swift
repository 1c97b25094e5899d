/// A value that must not be seen: its description is `••••`, and it is neither encodable nor interpolated as itself.
///
/// Read it only where it leaves the program: `secret.reveal()`.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: Value

  public init(_ value: Value) { self.value = value }

  /// The value itself. Callers hand it to a standard input, a file of mode 0600 or a request header, never further.
  public func reveal() -> Value { value }

  public var description: String { "••••" }
  public var debugDescription: String { "••••" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}
