import Redaction
public import Secrets

/// The secrets and the certificate authorities of a Talos cluster, in the shape of `talosctl gen secrets`. They are made
/// once in a cluster's life: machines that hold them trust each other.
public struct TalosSecrets: Sendable {
  /// `secrets/talos.sops.yaml`
  public static let name = "talos"

  /// By the way to them: `certs.os.crt`.
  private let values: Secret<[String: String]>

  /// In the order in which `talosctl` writes them.
  private static let paths = [
    "cluster.id", "cluster.secret", "secrets.bootstraptoken", "secrets.secretboxencryptionsecret", "trustdinfo.token",
    "certs.etcd.crt", "certs.etcd.key", "certs.k8s.crt", "certs.k8s.key", "certs.k8saggregator.crt",
    "certs.k8saggregator.key", "certs.k8sserviceaccount.key", "certs.os.crt", "certs.os.key",
  ]
  /// What clusters have instead that were made before Talos 1.3.
  private static let older = ["secrets.secretboxencryptionsecret": "secrets.aescbcencryptionsecret"]

  private static let days = (authority: 3650, client: 365)

  /// Makes new ones.
  /// - Parameter now: seconds since 1970, from when on the authorities are good for ten years.
  public init(now: Double) {
    func random() -> String { Base64.text(Random.bytes(32)) }
    func token() -> String {
      Password.random(6, isLowercase: true).reveal() + "." + Password.random(16, isLowercase: true).reveal()
    }
    func encoded(_ pem: String) -> String { Base64.text(Array(pem.utf8)) }
    var values = [
      // Names of the discovery service are parts of URLs.
      "cluster.id": random().replacing("+", with: "-").replacing("/", with: "_"), "cluster.secret": random(),
      "secrets.bootstraptoken": token(), "secrets.secretboxencryptionsecret": random(), "trustdinfo.token": token(),
      "certs.k8sserviceaccount.key": encoded(PrivateKey(.rsa4096).pem.reveal()),
    ]
    let authorities: [(String, PrivateKey.Kind, organization: String?, commonName: String?)] = [
      ("etcd", .ecdsaP256, "etcd", nil), ("k8s", .ecdsaP256, "kubernetes", nil),
      ("k8saggregator", .ecdsaP256, nil, "front-proxy"), ("os", .ed25519, "talos", nil),
    ]
    for (name, kind, organization, commonName) in authorities {
      let key = PrivateKey(kind)
      let subject = Certificate.Subject(
        organization: organization, commonName: commonName, notBefore: now, days: Self.days.authority)
      values["certs.\(name).crt"] = encoded(Certificate(authority: subject, key: key).pem)
      values["certs.\(name).key"] = encoded(key.pem.reveal())
    }
    self.values = Secret(values)
  }

  /// Reads what `branch` wrote, or `talosctl gen secrets`.
  /// - Throws: `SecretsError.syntax` where something is missing.
  public init(_ file: OpenFile) throws(SecretsError) {
    let members = file.members.reveal()
    var values: [String: String] = [:]
    for path in Self.paths {
      let places = [path] + (Self.older[path].map { [$0] } ?? [])
      let found = places.lazy.compactMap { place in
        members.value(at: ValuePath(place))?.text.map { (place, $0) }
      }.first { !$0.1.isEmpty }
      guard let found else {
        throw .syntax(
          file: file.path,
          message:
            "'\(path)' is missing; the file has the shape that 'talosctl gen secrets' writes. Take the last good "
            + "version from Git: new secrets would not open the machines that run")
      }
      values[found.0] = found.1
    }
    self.values = Secret(values)
  }

  /// The file's content.
  public var branch: Branch {
    let values = values.reveal()
    var branch = Branch()
    for path in Self.paths + Self.older.values {
      if let value = values[path] { _ = branch.set(.text(value), at: ValuePath(path)) }
    }
    return branch
  }

  subscript(path: String) -> Secret<String>? { values.reveal()[path].map { Secret($0) } }

  /// What an administrator's `talosctl` shows to the machines: a certificate that is good for a year, and its key. Both
  /// are base 64 of PEM.
  /// - Returns: `nil` where the authority cannot be read.
  func client(now: Double) -> (certificate: String, key: Secret<String>)? {
    func decoded(_ path: String) -> String? {
      values.reveal()[path].flatMap { Base64.bytes($0) }.map { String(decoding: $0, as: UTF8.self) }
    }
    guard let authority = decoded("certs.os.crt"), let text = decoded("certs.os.key"),
      let authorityKey = PrivateKey(pem: Secret(text))
    else { return nil }
    let key = PrivateKey(.ed25519)
    // An hour of grace for a machine whose clock is behind.
    let subject = Certificate.Subject(organization: "os:admin", notBefore: now - 3600, days: Self.days.client)
    guard let certificate = Certificate(client: subject, key: key, authority: authority, authorityKey: authorityKey)
    else { return nil }
    return (Base64.text(Array(certificate.pem.utf8)), Secret(Base64.text(Array(key.pem.reveal().utf8))))
  }
}
