public struct HTTPRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
  /// From start to the whole answer (for a stream: to its head). `nil` waits for ever.
  public var timeout: Duration?

  public init(
    _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    timeout: Duration? = .seconds(60)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

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

/// An answer whose body arrives piece by piece. Ending the iteration ends the transfer.
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

public enum HTTPError: Error, Sendable, Equatable {
  /// The name does not resolve, the connection is refused, reset or cut.
  case unreachable(String)
  /// The peer's certificate was not accepted, or the peer did not accept ours.
  case untrusted(String)
  case timedOut(after: Duration)
  /// A client certificate, key, CA or URL that libcurl cannot use.
  case configuration(String)
}
