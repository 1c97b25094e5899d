import HTTP
import Synchronization

/// What became of one try.
enum Exchange<Answer> {
  case answered(Answer)
  case refused(HTTPResponse)

  /// Whether the server wants fewer requests at once.
  var isBusy: Bool { if case .refused(let response) = self { response.status == 429 } else { false } }
}

extension Cluster {
  /// Sends a call, again where that makes sense, and returns the answer to a success.
  func send(_ call: Call) async throws -> HTTPResponse {
    try await perform(call, retries) { client, request in
      let response = try await client.send(request)
      return (200..<300).contains(response.status) ? .answered(response) : .refused(response)
    }
  }

  /// The same; `nil` where the server says that the object is not there.
  func sendIfPresent(_ call: Call) async throws -> HTTPResponse? {
    do {
      return try await send(call)
    } catch KubernetesError.status(let failure) where failure.isObjectNotFound {
      return nil
    }
  }

  /// Opens a stream; the body is read by whoever asked.
  func open(_ call: Call, _ retries: RetryPolicy) async throws -> HTTPStream {
    try await perform(call, retries) { client, request in
      let stream = try await client.stream(request)
      if (200..<300).contains(stream.status) { return .answered(stream) }
      var body: [UInt8] = []
      for try await piece in stream.body {
        body += piece
        if body.count > 1 << 20 { break }
      }
      return .refused(HTTPResponse(status: stream.status, headers: stream.headers, body: body))
    }
  }

  private func perform<Answer: Sendable>(
    _ call: Call, _ retries: RetryPolicy, _ exchange: (HTTPClient, HTTPRequest) async throws -> Exchange<Answer>
  ) async throws -> Answer {
    // Since the first try: waiting for one's turn is not trying.
    var stopwatch: Stopwatch?
    var mayRenew = true
    var attempt = 1
    while true {
      let presented = try await authenticator.present()
      let failure: Failure
      do {
        let request = call.request(server: access.server, headers: presented.headers)
        let outcome = try await gate.run(isBusy: { $0.isBusy && !call.isEviction }) {
          stopwatch = stopwatch ?? Stopwatch(clock)
          return try await exchange(presented.client, request)
        }
        switch outcome {
        case .answered(let answer):
          hasAnswered.store(true, ordering: .relaxed)
          return answer
        case .refused(let response):
          hasAnswered.store(true, ordering: .relaxed)
          if response.status == 401, mayRenew, try await authenticator.renew(after: presented) {
            mayRenew = false
            continue
          }
          var refusal = StatusFailure(response, call)
          if refusal.code == 401 { refusal.message = access.whatToRenew }
          failure = Failure(refusal, call)
        }
      } catch let error as HTTPError {
        failure = Failure(error, call, access)
      }
      let limit =
        hasAnswered.load(ordering: .relaxed) ? retries.attempts : min(retries.attempts, retries.firstContactAttempts)
      let delay = retries.delay(after: attempt, asked: failure.retryAfter, random: random())
      let elapsed = stopwatch?.elapsed ?? .zero
      guard failure.mayRetry, attempt < limit, elapsed + delay <= retries.total else { throw failure.error }
      onRetry?(
        RetryNotice(request: call.description, reason: "\(failure.error)", attempt: attempt, delay: delay))
      try await clock.sleep(for: delay)
      attempt += 1
    }
  }
}
