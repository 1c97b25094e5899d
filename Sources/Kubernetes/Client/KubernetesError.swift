/// Why a request to the API server did not do what was asked.
public enum KubernetesError: Error, Sendable, Equatable {
  /// A field has another owner; `force` would take it. Each cause names the manager and the field.
  case conflict(object: String, [FieldConflict], message: String)
  /// The server answered with a Status.
  case status(StatusFailure)
  /// The watch's or list's version is too old (410 Gone); list again.
  case expired(String)
  /// No answer: refused, reset, unknown host, time-out. The reason is for people.
  case unreachable(server: String, reason: String)
  /// The server's certificate was not accepted.
  case untrusted(server: String, reason: String)
  /// Credentials could not be made, for example an exec plugin that ended with an error.
  case credentials(String)
  /// The kubeconfig is missing or wrong.
  case configuration(String)
  /// An answer that is not what the API promises.
  case malformed(String)
  /// The request makes no sense and was not sent: a namespaced object without a namespace, an empty name.
  case invalidRequest(String)
}

public struct FieldConflict: Sendable, Equatable {
  public var manager: String
  /// `.spec.replicas`
  public var field: String
  public init(manager: String, field: String) {
    self.manager = manager
    self.field = field
  }
}

/// A `Status` object: what the server said.
public struct StatusFailure: Sendable, Equatable {
  public struct Cause: Sendable, Equatable {
    /// `FieldValueInvalid`, …
    public var reason: String
    public var message: String
    /// `spec.ports[0].port`
    public var field: String
    public init(reason: String, message: String, field: String) {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }
  /// The HTTP status.
  public var code: Int
  /// `NotFound`, `Invalid`, `AlreadyExists`, `Forbidden`, …
  public var reason: String
  public var message: String
  /// What was asked for: `PATCH deployments.apps home/web`.
  public var request: String
  public var causes: [Cause]
  public var retryAfter: Duration?

  public init(
    code: Int, reason: String, message: String, request: String, causes: [Cause] = [], retryAfter: Duration? = nil
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.request = request
    self.causes = causes
    self.retryAfter = retryAfter
  }
}
