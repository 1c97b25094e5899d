import JSON
import Redaction

extension Kubeconfig {
  /// What a context says about reaching its cluster.
  /// - Parameter context: `nil` for the current one.
  /// - Throws: `KubernetesError.configuration` that names file, context, user and the fix.
  public func access(context wanted: String? = nil) throws(KubernetesError) -> ClusterAccess {
    guard let name = wanted ?? currentContext else {
      let fix = contexts.isEmpty ? "it has no contexts" : "choose one with --context: \(Self.list(contexts.keys))"
      throw .configuration("\(place): there is no current-context; \(fix)")
    }
    guard let context = contexts[name] else {
      throw .configuration("\(place): there is no context \(name); there are: \(Self.list(contexts.keys))")
    }
    let origin = "context \(name) of \(context.file)"
    let contextReader = EntryReader(context, "\(context.file): context \(name)")
    let clusterName = try contextReader.required("cluster")
    guard let cluster = clusters[clusterName] else {
      throw .configuration(
        "\(contextReader.place): there is no cluster \(clusterName); there are: \(Self.list(clusters.keys))")
    }
    var access = try Self.access(EntryReader(cluster, "\(cluster.file): cluster \(clusterName)"), origin)
    access.namespace = try contextReader.text("namespace")
    // A context without user talks to the server as nobody.
    guard let userName = try contextReader.text("user") else { return access }
    guard let user = users[userName] else {
      throw .configuration("\(contextReader.place): there is no user \(userName); there are: \(Self.list(users.keys))")
    }
    let reader = EntryReader(user, "\(user.file): user \(userName) (context \(name))")
    try Self.identify(&access, reader, cluster: cluster)
    return access
  }

  private static func access(_ cluster: EntryReader, _ origin: String) throws(KubernetesError) -> ClusterAccess {
    let server = try cluster.required("server")
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw .configuration("\(cluster.place): expected server to begin with https://, it is \(server)")
    }
    let insecure = try cluster.flag("insecure-skip-tls-verify")
    let authorities = try cluster.file("certificate-authority")
    if insecure, authorities != nil {
      throw .configuration(
        "\(cluster.place): certificate-authority and insecure-skip-tls-verify contradict each other; remove the latter")
    }
    return ClusterAccess(
      server: server, certificateAuthorities: authorities?.bytes, verifiesCertificates: !insecure,
      serverName: try cluster.text("tls-server-name"), proxy: try cluster.text("proxy-url"), origin: origin)
  }

  private static func identify(
    _ access: inout ClusterAccess, _ user: EntryReader, cluster: Entry
  ) throws(KubernetesError) {
    if let certificate = try user.file("client-certificate") {
      guard let key = try user.file("client-key") else {
        throw .configuration("\(user.place): there is a client-certificate and no client-key (or client-key-data)")
      }
      if let path = key.path, LocalFile.isReadableByOthers(path) {
        access.warnings.append("others can read the private key \(path); run: chmod 600 \(path)")
      } else if key.path == nil, LocalFile.isReadableByOthers(user.entry.file) {
        access.warnings.append(exposed(user))
      }
      access.clientCertificate = ClientCertificate(certificate: certificate.bytes, key: Secret(key.bytes))
    }
    if user.entry.json["auth-provider"]?.object != nil {
      throw .configuration(
        "\(user.place): auth-provider was removed from Kubernetes; use an exec plugin of your provider, or a token")
    }
    // A token file wins over a token: it is the one that is renewed.
    if let path = try user.text("tokenFile") {
      access.credentials = .tokenFile(user.path(path))
    } else if let token = try user.text("token") {
      access.credentials = .token(Secret(token))
      if LocalFile.isReadableByOthers(user.entry.file) { access.warnings.append(exposed(user)) }
    } else if let name = try user.text("username") {
      access.credentials = .password(user: name, Secret(try user.required("password")))
    } else if let exec = user.entry.json["exec"], !exec.isNull {
      access.credentials = .exec(try ExecPlugin(exec, user, access, cluster: cluster.json))
    }
    if let name = try user.text("as") {
      access.impersonation = Impersonation(
        user: name, uid: try user.text("as-uid"), groups: try user.texts("as-groups"),
        extra: try user.textLists("as-user-extra"))
    }
  }

  private static func exposed(_ user: EntryReader) -> String {
    "others can read the credentials in \(user.entry.file); run: chmod 600 \(user.entry.file)"
  }

  private static func list(_ names: some Sequence<String>) -> String {
    let names = names.sorted()
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
