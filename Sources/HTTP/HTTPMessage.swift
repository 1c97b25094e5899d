/// A request: `HTTPRequest("GET", "https://host/path")`.
///
/// Headers are sent as they are, beside those that HTTP itself needs. `Accept-Encoding: identity` asks for an answer that
/// is not compressed; without it the client offers what it can unpack, and unpacks it.
public struct HTTPRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
  /// From start to the whole answer (for a stream: to its head). `nil` waits for ever.
  public var timeout: Duration?
  /// The longest silence between two pieces of a streamed body; then it throws `HTTPError.timedOut`. `nil` waits for
  /// as long as the connection lives. A server that hangs keeps its connections, so only this notices it: give a watch
  /// with bookmarks, which come about every minute, some minutes.
  public var idleTimeout: Duration?
  /// Whether libcurl may send the body again by itself when a kept connection turns out to have ended. `false` for what
  /// must not be done twice.
  public var isRepeatable: Bool

  public init(
    _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    timeout: Duration? = .seconds(60), idleTimeout: Duration? = nil, isRepeatable: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.idleTimeout = idleTimeout
    self.isRepeatable = isRepeatable
  }
}

/// A whole answer.
public struct HTTPResponse: Sendable {
  public var status: Int
  /// Names in lower case; of several with one name the last.
  public var headers: [String: String]
  public var body: [UInt8]
  public init(status: Int, headers: [String: String], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// An answer whose body arrives piece by piece. Ending the iteration ends the transfer, see `HTTPBody`.
public struct HTTPStream: Sendable {
  public var status: Int
  public var headers: [String: String]
  public var body: HTTPBody
  public init(status: Int, headers: [String: String], body: HTTPBody) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why there is no answer. Its texts never hold headers or bodies.
public enum HTTPError: Error, Sendable, Equatable {
  /// The name does not resolve, the connection is refused, reset or cut.
  case unreachable(String)
  /// The peer's certificate was not accepted, or the peer did not accept ours.
  case untrusted(String)
  case timedOut(after: Duration)
  /// A client certificate, key, CA, URL or header that cannot be used.
  case configuration(String)
}

extension HTTPError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let reason), .untrusted(let reason), .configuration(let reason): reason
    case .timedOut(let time): "no answer within \(time)"
    }
  }
}
