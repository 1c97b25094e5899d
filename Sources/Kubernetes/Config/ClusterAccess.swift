public import Redaction

/// Where an API server is, why to trust it, and who we are to it.
public struct ClusterAccess: Sendable {
  /// `https://192.168.14.11:6443`, without a slash at the end.
  public var server: String
  /// PEM. `nil`: the authorities of the system.
  public var certificateAuthorities: [UInt8]?
  /// `false` only where the kubeconfig itself says `insecure-skip-tls-verify: true`.
  public var verifiesCertificates: Bool
  /// The name to expect in the server's certificate where it is not the one in the URL.
  public var serverName: String?
  /// The URL of a proxy; `nil` follows the environment.
  public var proxy: String?
  public var clientCertificate: ClientCertificate?
  public var credentials: Credentials
  public var impersonation: Impersonation?
  /// The namespace of the context, where it names one.
  public var namespace: String?
  /// For messages: `context home of /home/me/.kube/config`, `the pod's service account`.
  public var origin: String
  /// What a user should know, for example that others can read a private key.
  public var warnings: [String]

  public init(
    server: String, certificateAuthorities: [UInt8]? = nil, verifiesCertificates: Bool = true,
    serverName: String? = nil, proxy: String? = nil, clientCertificate: ClientCertificate? = nil,
    credentials: Credentials = .none, impersonation: Impersonation? = nil, namespace: String? = nil,
    origin: String = "the program", warnings: [String] = []
  ) {
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.certificateAuthorities = certificateAuthorities
    self.verifiesCertificates = verifiesCertificates
    self.serverName = serverName
    self.proxy = proxy
    self.clientCertificate = clientCertificate
    self.credentials = credentials
    self.impersonation = impersonation
    self.namespace = namespace
    self.origin = origin
    self.warnings = warnings
  }
}

/// A certificate that says who we are, and its key, as PEM.
public struct ClientCertificate: Sendable, Equatable {
  public var certificate: [UInt8]
  public var key: Secret<[UInt8]>
  public init(certificate: [UInt8], key: Secret<[UInt8]>) {
    self.certificate = certificate
    self.key = key
  }
}

/// What is sent with every request to say who we are.
public enum Credentials: Sendable, Equatable {
  /// Nothing, or the client certificate alone.
  case none
  case token(Secret<String>)
  /// A file that someone renews: read again every minute, and when the server refuses the token.
  case tokenFile(String)
  case password(user: String, Secret<String>)
  /// A program that makes a token or a client certificate.
  case exec(ExecPlugin)
}

/// In whose name requests are made, where it is not our own.
public struct Impersonation: Sendable, Equatable {
  public var user: String
  public var uid: String?
  public var groups: [String]
  public var extra: [String: [String]]
  public init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
    self.user = user
    self.uid = uid
    self.groups = groups
    self.extra = extra
  }
}
