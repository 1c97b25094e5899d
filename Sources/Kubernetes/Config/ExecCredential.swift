import Redaction

/// What an exec plugin made.
struct ExecCredential: Sendable {
  var token: Secret<String>?
  var certificate: ClientCertificate?
  /// From now; `nil`: until the server refuses it.
  var lifetime: Duration?
}

extension ExecPlugin {
  func run(origin: String, clock: any Clock<Duration>) async throws -> ExecCredential { ExecCredential() }
}
