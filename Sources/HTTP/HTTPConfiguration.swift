public import Redaction

/// How a client reaches its servers and what the two sides prove to each other.
public struct HTTPConfiguration: Sendable {
  /// The only authorities to trust, as PEM. `nil`: those of the system.
  public var certificateAuthorities: [UInt8]?
  /// Our certificate, then its intermediates, as PEM.
  public var clientCertificate: [UInt8]?
  /// The certificate's key as PEM, not encrypted. `nil`: it stands in `clientCertificate`.
  public var clientKey: Secret<[UInt8]>?
  /// `false` accepts any certificate: only where a user's own kubeconfig says so.
  public var verifiesCertificates: Bool
  /// The name or address the server's certificate must have, and that TLS asks for (SNI), where it is not the host of
  /// the URL. The connection still goes to the URL's host, and so does the Host header.
  public var serverName: String?
  /// The URL of a proxy; "" for none. `nil`: what `HTTPS_PROXY`, `http_proxy` and `NO_PROXY` of the environment say.
  public var proxy: String?
  /// For name, TCP and TLS together.
  public var connectTimeout: Duration
  public var userAgent: String

  public init(
    certificateAuthorities: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: Secret<[UInt8]>? = nil,
    verifiesCertificates: Bool = true, serverName: String? = nil, proxy: String? = nil,
    connectTimeout: Duration = .seconds(10), userAgent: String = "croft"
  ) {
    self.certificateAuthorities = certificateAuthorities
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
    self.verifiesCertificates = verifiesCertificates
    self.serverName = serverName
    self.proxy = proxy
    self.connectTimeout = connectTimeout
    self.userAgent = userAgent
  }
}
