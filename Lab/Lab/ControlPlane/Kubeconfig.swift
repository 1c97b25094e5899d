import FoundationEssentials

/// A kubeconfig with one cluster and one user, in which everything is data and nothing a path.
struct Kubeconfig {
  enum Credentials {
    /// Paths of PEM files.
    case certificate(String, key: String)
    case token(String)
  }
  var server: String
  /// Path of a PEM file.
  var ca: String
  var credentials: Credentials

  func write(to path: String) throws {
    let user =
      switch credentials {
      case .certificate(let certificate, let key):
        try "{client-certificate-data: \(base64(certificate)), client-key-data: \(base64(key))}"
      case .token(let token): "{token: \"\(token)\"}"
      }
    let text = try """
    apiVersion: v1
    kind: Config
    current-context: lab
    contexts:
    - name: lab
      context: {cluster: lab, user: lab}
    clusters:
    - name: lab
      cluster:
        server: \(server)
        certificate-authority-data: \(base64(ca))
    users:
    - name: lab
      user: \(user)

    """
    // It holds credentials: nobody else may read it, from its first moment on.
    try? FileManager.default.removeItem(atPath: path)
    let created = FileManager.default.createFile(
      atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    guard created else { throw CocoaError(.fileWriteUnknown) }
  }

  private func base64(_ path: String) throws -> String {
    try Data(contentsOf: URL(filePath: path)).base64EncodedString()
  }
}
