/// The certificates and keys of one control plane, made with `openssl`, as PEM files in one folder.
public struct Certificates: Sendable {
  public let folder: String

  public var ca: String { "\(folder)/ca.crt" }
  /// A CA that has signed nothing here.
  public var foreignCA: String { "\(folder)/foreign-ca.crt" }
  var caKey: String { "\(folder)/ca.key" }
  var server: (certificate: String, key: String) { pair("server") }
  /// Signs service account tokens.
  var serviceAccountKey: String { "\(folder)/service-account.key" }

  func pair(_ name: String) -> (certificate: String, key: String) { ("\(folder)/\(name).crt", "\(folder)/\(name).key") }

  init(in folder: String) async throws {
    self.folder = folder
    try await runScript(
      "openssl",
      """
      umask 077
      mkdir -p "$1"
      cd "$1"
      cat >openssl.cnf <<'END'
      [req]
      distinguished_name = name
      [name]
      [ca]
      basicConstraints = critical, CA:TRUE
      keyUsage = critical, keyCertSign, cRLSign, digitalSignature
      subjectKeyIdentifier = hash
      [server]
      keyUsage = critical, digitalSignature
      extendedKeyUsage = serverAuth
      subjectAltName = IP:127.0.0.1, IP:10.96.0.1, DNS:localhost, DNS:kubernetes, DNS:kubernetes.default, \
      DNS:kubernetes.default.svc
      [client]
      keyUsage = critical, digitalSignature
      extendedKeyUsage = clientAuth
      END
      make_ca() {
        openssl req -x509 -config openssl.cnf -extensions ca -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
          -days 30 -subj "/CN=$2" -keyout "$1.key" -out "$1.crt"
      }
      make_ca ca 'lab CA'
      make_ca foreign-ca 'some other CA'
      openssl genrsa -out service-account.key 2048
      """,
      [folder])
    try await issue("server", subject: "/CN=kube-apiserver", usage: "server")
  }

  /// Makes a certificate for a server on 127.0.0.1 and its key: for webhooks, aggregated APIs, proxies.
  public func issueServing(_ name: String) async throws -> (certificate: String, key: String) {
    try await issue(name, subject: "/CN=\(name)", usage: "server")
    return pair(name)
  }

  /// Makes a client certificate and its key. The name is the Kubernetes user, the organisations are its groups.
  func issueClient(_ file: String, user: String, groups: [String]) async throws -> (certificate: String, key: String) {
    // RFC 4514 has no slash to escape; the form openssl reads has.
    func escaped(_ text: String) -> String { text.map { $0 == "/" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() }
    let subject = groups.map { "/O=\(escaped($0))" }.joined() + "/CN=\(escaped(user))"
    try await issue(file, subject: subject, usage: "client")
    return pair(file)
  }

  private func issue(_ name: String, subject: String, usage: String) async throws {
    try await runScript(
      "openssl",
      """
      umask 077
      cd "$1"
      openssl req -x509 -config openssl.cnf -extensions "$4" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -CA ca.crt -CAkey ca.key -days 30 -subj "$3" -keyout "$2.key" -out "$2.crt"
      """,
      [folder, name, subject, usage])
  }

  /// Signs with the service account key (RS256); the result is raw bytes in a file.
  func signature(of text: String, file: String) async throws -> String {
    try await runScript(
      "openssl",
      """
      umask 077
      cd "$1"
      printf %s "$2" | openssl dgst -sha256 -sign service-account.key -binary >"$3"
      """,
      [folder, text, file])
    return "\(folder)/\(file)"
  }
}
