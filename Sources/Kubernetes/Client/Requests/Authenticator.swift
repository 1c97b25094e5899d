import HTTP
import Redaction

/// Keeps what proves who we are up to date, and the connections that carry it.
actor Authenticator {
  /// What one try of a request uses.
  struct Presented: Sendable {
    var client: HTTPClient
    var headers: [(name: String, value: String)]
    /// Grows with every change of the credentials.
    var generation: Int
  }

  /// How long a token file is believed to hold the same token.
  static let tokenFileAge = Duration.seconds(60)

  private let access: ClusterAccess
  private let clock: any Clock<Duration>
  private let gate = Gate(1)
  private var client: HTTPClient
  private var authorization: String?
  private var generation = 0
  /// Since the credentials were read or made; `nil` before.
  private var age: Stopwatch?
  private var lifetime: Duration?

  init(_ access: ClusterAccess, clock: any Clock<Duration>) {
    self.access = access
    self.clock = clock
    client = HTTPClient(HTTPConfiguration(access, certificate: access.clientCertificate))
    switch access.credentials {
    case .token(let token): authorization = "Bearer \(token.reveal())"
    case .password(let user, let password):
      authorization = "Basic \(Base64.encode(Array("\(user):\(password.reveal())".utf8)))"
    case .none, .tokenFile, .exec: break
    }
  }

  /// Credentials that are valid as far as is known.
  func present() async throws -> Presented {
    switch access.credentials {
    case .none, .token, .password: break
    case .tokenFile(let path):
      if age.map({ $0.elapsed >= Self.tokenFileAge }) ?? true { try readToken(path) }
    case .exec(let plugin):
      if isOutdated { try await gate.run { if isOutdated { try await runPlugin(plugin) } } }
    }
    var headers = access.impersonation.map(Self.headers) ?? []
    if let authorization { headers.append(("Authorization", authorization)) }
    return Presented(client: client, headers: headers, generation: generation)
  }

  /// Called when the server did not know us.
  /// - Returns: Whether there are other credentials now.
  func renew(after presented: Presented) async throws -> Bool {
    if presented.generation != generation { return true }
    switch access.credentials {
    case .none, .token, .password: return false
    case .tokenFile(let path): try readToken(path)
    case .exec(let plugin):
      try await gate.run { if presented.generation == generation { try await runPlugin(plugin) } }
    }
    return presented.generation != generation
  }

  func close() { client.close() }

  private var isOutdated: Bool {
    guard let age else { return true }
    return lifetime.map { age.elapsed >= $0 } ?? false
  }

  private func readToken(_ path: String) throws(KubernetesError) {
    do {
      let bytes = try LocalFile.read(path, limit: 1 << 20)
      let token = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
      guard !token.isEmpty else {
        throw KubernetesError.credentials("\(access.origin): a token was expected in \(path), the file is empty")
      }
      set(authorization: "Bearer \(token)")
    } catch let error as LocalFile.Failure {
      // Whoever renews the file may be replacing it just now: the last token is as good as any.
      guard authorization == nil else { return }
      throw KubernetesError.credentials("\(access.origin): the token file \(path) cannot be read: \(error)")
    } catch let error as KubernetesError {
      if authorization == nil { throw error }
    } catch {}
    age = Stopwatch(clock)
  }

  private func runPlugin(_ plugin: ExecPlugin) async throws {
    let credential = try await plugin.run(origin: access.origin, clock: clock)
    age = Stopwatch(clock)
    lifetime = credential.lifetime
    set(authorization: credential.token.map { "Bearer \($0.reveal())" })
    if let certificate = credential.certificate {
      // The old client's transfers keep it alive until they end.
      client = HTTPClient(HTTPConfiguration(access, certificate: certificate))
      generation += 1
    }
  }

  private func set(authorization new: String?) {
    if new != authorization { generation += 1 }
    authorization = new
  }

  /// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
  private static func headers(_ impersonation: Impersonation) -> [(name: String, value: String)] {
    var headers = [(name: "Impersonate-User", value: impersonation.user)]
    if let uid = impersonation.uid { headers.append(("Impersonate-Uid", uid)) }
    headers += impersonation.groups.map { ("Impersonate-Group", $0) }
    for (key, values) in impersonation.extra.sorted(by: { $0.key < $1.key }) {
      headers += values.map { ("Impersonate-Extra-\(percentEncoded(key.lowercased()))", $0) }
    }
    return headers
  }
}

extension HTTPConfiguration {
  fileprivate init(_ access: ClusterAccess, certificate: ClientCertificate?) {
    self.init(
      certificateAuthorities: access.certificateAuthorities, clientCertificate: certificate?.certificate,
      clientKey: certificate?.key, verifiesCertificates: access.verifiesCertificates,
      serverName: access.serverName, proxy: access.proxy, userAgent: "croft")
  }
}
