/// The body of a streamed answer, to be iterated once. Each piece holds what arrived since the last one.
///
/// The transfer ends with the iteration (`break`, `return`, a throw, the task's cancellation), or when the body is
/// dropped before one. A reader that is slow slows the sender down: about 1 MiB waits here.
public struct HTTPBody: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = any Error

  private let transfer: RunningTransfer

  init(_ buffer: StreamBuffer, of client: HTTPClient) { transfer = RunningTransfer(buffer, client) }

  public func makeAsyncIterator() -> Iterator { Iterator(transfer: transfer, end: EndOfLife(transfer)) }

  public struct Iterator: AsyncIteratorProtocol {
    let transfer: RunningTransfer
    let end: EndOfLife

    /// - Throws: `HTTPError` when the answer breaks off, `CancellationError` when the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
      try await transfer.next(isolation: actor)
    }

    public mutating func next() async throws -> [UInt8]? { try await transfer.next(isolation: nil) }
  }

  /// The transfer behind a body; the client lives as long as it.
  final class RunningTransfer: Sendable {
    private let buffer: StreamBuffer
    private let client: HTTPClient

    init(_ buffer: StreamBuffer, _ client: HTTPClient) {
      self.buffer = buffer
      self.client = client
    }

    deinit { cancel() }

    func cancel() { client.cancel(buffer) }

    func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { waiter in
          if buffer.waitForPiece(waiter) { client.resume(buffer) }
        }
      } onCancel: {
        cancel()
      }
    }
  }

  /// Goes with the iterator, and with it the transfer.
  final class EndOfLife: Sendable {
    private let transfer: RunningTransfer
    init(_ transfer: RunningTransfer) { self.transfer = transfer }
    deinit { transfer.cancel() }
  }
}
