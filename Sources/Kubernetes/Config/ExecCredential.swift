import Glibc
import JSON
import Process
import Redaction

/// What an exec plugin made.
struct ExecCredential: Sendable {
  var token: Secret<String>?
  var certificate: ClientCertificate?
  /// From now; `nil`: until the server refuses it.
  var lifetime: Duration?
}

extension ExecPlugin {
  /// How long a plugin may take: it may have to ask a server far away.
  static let timeout = Duration.seconds(60)

  /// Runs the program once.
  /// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
  /// - Throws: `KubernetesError.credentials`; `CancellationError`.
  func run(origin: String, clock: any Clock<Duration>) async throws -> ExecCredential {
    var spec: JSON = ["interactive": false]
    spec["cluster"] = clusterInfo
    let info: JSON = ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec]
    var environment = self.environment.mapValues(Optional.some)
    environment["KUBERNETES_EXEC_INFO"] = .some(info.text)
    let program = "\(origin): the credential plugin \(command)"
    let output: CommandOutput
    do {
      output = try await Command(command, arguments, environment: environment)
        .run(timeout: Self.timeout, clock: clock)
    } catch let error as ProcessError {
      let hint = installHint.map { "\n\($0)" } ?? ""
      throw KubernetesError.credentials("\(program) did not run: \(error)\(hint)")
    }
    guard output.isSuccess else {
      let text = output.errorText.split(separator: "\n").suffix(5).joined(separator: "\n")
      throw KubernetesError.credentials("\(program) ended with \(output.status): \(text)")
    }
    return try read(output.standardOutput, program)
  }

  /// Its output may hold secrets and stays out of every message.
  private func read(_ output: [UInt8], _ program: String) throws(KubernetesError) -> ExecCredential {
    guard let json = try? JSON(parsing: output), json["kind"]?.string == "ExecCredential",
      let status = json["status"], status.object != nil
    else { throw .credentials("\(program): expected an ExecCredential with a status on its standard output") }
    guard json["apiVersion"]?.string == apiVersion else {
      throw .credentials(
        "\(program): expected apiVersion \(apiVersion), as the kubeconfig says, it answered "
          + (json["apiVersion"]?.string ?? "without one"))
    }
    var credential = ExecCredential()
    credential.token = status["token"]?.string.flatMap { $0.isEmpty ? nil : Secret($0) }
    if let certificate = status["clientCertificateData"]?.string, let key = status["clientKeyData"]?.string {
      credential.certificate = ClientCertificate(certificate: Array(certificate.utf8), key: Secret(Array(key.utf8)))
    }
    guard credential.token != nil || credential.certificate != nil else {
      throw .credentials("\(program): expected a token, or clientCertificateData and clientKeyData, in its status")
    }
    if let expiry = status["expirationTimestamp"]?.string {
      guard let end = Timestamp(withOffset: expiry) else {
        throw .credentials(
          "\(program): expected a time as in 2026-01-02T03:04:05Z in expirationTimestamp, not \(expiry)")
      }
      credential.lifetime = .seconds(end.seconds - time(nil))
    }
    return credential
  }
}
