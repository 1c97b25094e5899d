import Redaction

/// A host whose verbs are all scripts: it only has to say how one is started and what a start that did not come about
/// means.
protocol ScriptHost: Host {
  var sudoPassword: Secret<String>? { get }
  /// - Parameters:
  ///   - content: What follows the script on its standard input.
  ///   - limit: The most bytes of one output.
  func run(
    _ script: HostScript, content: Secret<[UInt8]>?, limit: Int, onLine: @escaping @Sendable (HostLine) -> Void
  ) async throws(HostError) -> HostResult
}

/// The most bytes that a script may write to one output.
let outputLimit = 16 << 20

extension ScriptHost {
  public func run(
    _ script: HostScript, onLine: @escaping @Sendable (HostLine) -> Void
  ) async throws(HostError) -> HostResult {
    try await run(script, content: nil, limit: outputLimit, onLine: onLine)
  }
}
