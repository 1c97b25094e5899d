/// A machine that one can run scripts on and put files on: through SSH, or this one.
public protocol Host: Sendable {
  /// The node's name, for messages.
  var name: String { get }

  /// Runs a script to its end. A status other than 0 is a result, not an error.
  func run(_ script: HostScript) async throws(HostError) -> HostResult

  /// The same, with each line of output as it comes.
  /// - Parameter onLine: Called in order, one call at a time, on a thread that may block.
  func run(
    _ script: HostScript, onLine: @escaping @Sendable (HostLine) -> Void
  ) async throws(HostError) -> HostResult

  /// Writes a file as root. The path shows the old file or the whole new one, never less (a temporary file beside it,
  /// fsync, rename), and the new one has its mode and owner from the start. Its folder has to be there.
  func put(_ file: HostFile) async throws(HostError)

  /// Reads a file as root; `nil` where there is none, an error where it cannot be told.
  /// - Parameter limit: The most bytes; a longer file is an error.
  func get(_ path: String, limit: Int) async throws(HostError) -> [UInt8]?

  /// Gives back what is held open, such as a connection. The next `run` opens it again.
  func close() async
}

extension Host {
  public func run(_ script: HostScript) async throws(HostError) -> HostResult {
    try await run(script) { _ in }
  }
}
