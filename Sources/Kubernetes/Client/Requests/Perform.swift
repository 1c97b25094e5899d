import HTTP
import Synchronization

/// What became of one try.
enum Exchange<Answer> {
  case answered(Answer)
  case refused(HTTPResponse)
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
    let stopwatch = Stopwatch(clock)
    var mayRenew = true
    var attempt = 1
    while true {
      let presented = try await authenticator.present()
      let failure: Failure
      do {
        let request = call.request(server: access.server, headers: presented.headers)
        switch try await gate.run({ try await exchange(presented.client, request) }) {
        case .answered(let answer):
          hasAnswered.store(true, ordering: .relaxed)
          return answer
        case .refused(let response):
          hasAnswered.store(true, ordering: .relaxed)
          if response.status == 401, mayRenew, try await authenticator.renew(after: presented) {
            mayRenew = false
            continue
          }
          failure = Failure(StatusFailure(response, call), call)
        }
      } catch let error as HTTPError {
        failure = Failure(error, call, access)
      }
      let limit =
        hasAnswered.load(ordering: .relaxed) ? retries.attempts : min(retries.attempts, retries.firstContactAttempts)
      let delay = retries.delay(after: attempt, asked: failure.retryAfter, random: random())
      guard failure.mayRetry, attempt < limit, stopwatch.elapsed + delay <= retries.total else { throw failure.error }
      onRetry?(
        RetryNotice(request: call.description, reason: "\(failure.error)", attempt: attempt, delay: delay))
      try await clock.sleep(for: delay)
      attempt += 1
    }
  }
}
