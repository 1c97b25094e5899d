import HTTP
import JSON

extension StatusFailure {
  /// Reads the answer to a call that the server did not do.
  init(_ response: HTTPResponse, _ call: Call) {
    let status = try? JSON(parsing: response.body)
    if let status, status["kind"]?.string == "Status" {
      self.init(status: status, code: response.status, request: call.description)
    } else {
      // Not from the API's own code: a path that is not served, a proxy, a load balancer.
      let text = Self.excerpt(response.body)
      self.init(
        code: response.status, reason: Self.reason(response.status),
        message: text.isEmpty ? "the answer has status \(response.status) and no text" : text,
        request: call.description)
    }
    if retryAfter == nil { retryAfter = response.headers["retry-after"].flatMap { Int($0) }.map { .seconds($0) } }
    if code == 404, status?["details"]?["name"]?.string ?? "" == "" {
      // Not the object is missing but its kind: never to be read as "there is no such object".
      reason = Self.notServed
      message = "the server does not serve \(call.path)" + (message.isEmpty ? "" : " (\(message))")
    }
  }

  /// Reads a `Status` object.
  init(status: JSON, code: Int?, request: String) {
    let details = status["details"]
    let causes = (details?["causes"]?.array ?? []).map { cause in
      Cause(
        reason: cause["reason"]?.string ?? "", message: cause["message"]?.string ?? "",
        field: cause["field"]?.string ?? "")
    }
    let code = code ?? status["code"]?.int ?? 0
    self.init(
      code: code, reason: status["reason"]?.string ?? Self.reason(code), message: status["message"]?.string ?? "",
      request: request, causes: causes,
      retryAfter: details?["retryAfterSeconds"]?.int.flatMap { $0 > 0 ? .seconds($0) : nil })
  }

  /// The reason of a 404 that is about a kind or a path instead of an object.
  static let notServed = "NotServed"

  /// Whether the server says that the one object asked for is not there.
  var isObjectNotFound: Bool { code == 404 && reason == "NotFound" }

  /// The reasons that Kubernetes itself gives these codes.
  private static func reason(_ code: Int) -> String {
    switch code {
    case 400: "BadRequest"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: notServed
    case 405: "MethodNotAllowed"
    case 406: "NotAcceptable"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "RequestEntityTooLarge"
    case 415: "UnsupportedMediaType"
    case 422: "Invalid"
    case 429: "TooManyRequests"
    case 500: "InternalError"
    case 503: "ServiceUnavailable"
    case 504: "Timeout"
    default: "Unknown"
    }
  }

  /// The beginning of a text, on one line.
  private static func excerpt(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(300), as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension KubernetesError {
  /// What a `Status` means: a conflict of field managers names managers and fields.
  init(_ failure: StatusFailure, _ call: Call) {
    let conflicts = failure.causes.filter { $0.reason == "FieldManagerConflict" }.map { cause in
      FieldConflict(manager: FieldConflict.manager(cause.message), field: cause.field)
    }
    self =
      failure.code == 409 && !conflicts.isEmpty
      ? .conflict(object: call.subject, conflicts, message: failure.message) : .status(failure)
  }
}

extension FieldConflict {
  /// The manager in `conflict with "kubectl-edit" with subresource "status" using apps/v1 at 2026-01-02T03:04:05Z`:
  /// a text in Go's quotes.
  static func manager(_ message: String) -> String {
    guard let open = message.firstIndex(of: "\"") else { return message }
    var manager = ""
    var isEscaped = false
    for character in message[message.index(after: open)...] {
      if isEscaped {
        manager.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        return manager
      } else {
        manager.append(character)
      }
    }
    return message
  }
}
