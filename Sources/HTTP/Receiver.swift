/// Where an answer goes. The driver thread calls `receive` and `finish`, each answer in order and `finish` once.
protocol Receiver: AnyObject, Sendable {
  /// Whether someone gave the answer up; asked before the request is started.
  var isCancelled: Bool { get }
  func receive(_ head: Head)
  /// - Returns: Whether the bytes were taken. If not, they are offered again after `Mailbox.post(.resume)`.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool
  func finish(_ error: (any Error)?)
}
