/// Talks HTTP/1.1 and HTTP/2 with servers that share one `HTTPConfiguration`, over connections that it keeps.
///
/// All transfers run on one thread of their own; callers wait without holding a thread.
public final class HTTPClient: Sendable {
  private let mailbox: Mailbox

  static let closed = HTTPError.unreachable("the HTTP client was closed")

  public init(_ configuration: HTTPConfiguration = .init()) {
    mailbox = Driver.start(configuration)
  }

  deinit { close() }

  /// Sends a request and returns the whole answer, whatever its status. Redirects are not followed.
  /// - Throws: `HTTPError`, or `CancellationError` when the task is cancelled.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let collector = ResponseCollector()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        collector.wait(waiter)
        if !mailbox.post(.start(request, collector, isStream: false)) { collector.finish(Self.closed) }
      }
    } onCancel: {
      collector.cancel()
      mailbox.post(.cancel(collector))
    }
  }

  /// Sends a request and returns as soon as the answer's head is there; its body follows piece by piece.
  /// - Throws: `HTTPError`, or `CancellationError` when the task is cancelled. So does the body.
  public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
    let buffer = StreamBuffer()
    let head = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        buffer.waitForHead(waiter)
        if !mailbox.post(.start(request, buffer, isStream: true)) { buffer.finish(Self.closed) }
      }
    } onCancel: {
      cancel(buffer)
    }
    return HTTPStream(status: head.status, headers: head.headers, body: HTTPBody(buffer, of: self))
  }

  /// Ends the thread and all connections; requests still running throw `HTTPError.unreachable`. So does the end of the
  /// client's own life, which streams prolong.
  public func close() { mailbox.post(.stop) }

  func cancel(_ buffer: StreamBuffer) {
    if buffer.cancel() { mailbox.post(.cancel(buffer)) }
  }

  func resume(_ buffer: StreamBuffer) { mailbox.post(.resume(buffer)) }
}
