import HTTP

/// Why one try did not do, and whether another may.
struct Failure {
  var error: KubernetesError
  var mayRetry: Bool
  var retryAfter: Duration?

  /// No answer came.
  init(_ error: HTTPError, _ call: Call, _ access: ClusterAccess) {
    let server = "\(access.server) (\(access.origin))"
    switch error {
    case .unreachable(let reason):
      self.error = .unreachable(server: server, reason: "\(call.description): \(reason)")
      mayRetry = call.isIdempotent && !call.isAggregated || error.isBeforeSending
    case .timedOut(let limit):
      self.error = .unreachable(server: server, reason: "\(call.description): not answered within \(limit)")
      mayRetry = call.isIdempotent && !call.isAggregated
    case .untrusted(let reason):
      self.error = .untrusted(server: server, reason: reason)
      mayRetry = false
    case .configuration(let reason):
      self.error = .configuration("\(access.origin): \(reason)")
      mayRetry = false
    }
  }

  /// The server said no.
  init(_ failure: StatusFailure, _ call: Call) {
    error = KubernetesError(failure, call)
    retryAfter = failure.retryAfter
    mayRetry =
      switch failure.code {
      // A disruption budget forbids for as long as it likes; the caller decides.
      case 429: !failure.causes.contains { $0.reason == "DisruptionBudget" }
      case 502, 504: call.isIdempotent
      // With Retry-After the server says itself that it did nothing.
      case 503 where call.isAggregated: false
      case 503: call.isIdempotent || failure.retryAfter != nil
      case 500: Self.isWebhook(failure.message) || call.isIdempotent && Self.isPassing(failure.message)
      case 409: call.isIdempotent && Self.isRace(failure)
      default: false
      }
  }

  /// The webhook is asked before anything is stored, so even a creation may be tried again.
  private static func isWebhook(_ message: String) -> Bool {
    ["failed calling webhook", "failed to call webhook", "conversion webhook for"].contains { message.contains($0) }
  }

  /// What the API server says while etcd changes its leader or is slow.
  private static func isPassing(_ message: String) -> Bool {
    ["etcdserver: ", "timeout", "timed out", "deadline exceeded", "connection refused", "transport is closing"]
      .contains { message.contains($0) }
  }

  /// Server-side apply lost against another writer; the object has no version to insist on.
  private static func isRace(_ failure: StatusFailure) -> Bool {
    failure.request.hasPrefix("PATCH ") && failure.reason == "Conflict" && failure.causes.isEmpty
      && failure.message.contains("the object has been modified")
  }
}
