import JSON

extension ExecPlugin {
  /// - Parameters:
  ///   - json: A user's `exec`.
  ///   - cluster: The cluster's entry, for plugins that want to know it.
  init(_ json: JSON, _ user: EntryReader, _ access: ClusterAccess, cluster: JSON) throws(KubernetesError) {
    let exec = EntryReader(.init(json: json, file: user.entry.file), "\(user.place): exec")
    apiVersion = try exec.required("apiVersion")
    guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(apiVersion) else {
      throw .configuration(
        "\(exec.place): expected apiVersion client.authentication.k8s.io/v1 or v1beta1, it is \(apiVersion); "
          + "a newer version of the plugin writes a newer kubeconfig")
    }
    let command = try exec.required("command")
    self.command = command.contains("/") ? exec.path(command) : command
    arguments = try exec.texts("args")
    environment = [:]
    for variable in json["env"]?.array ?? [] {
      guard let name = variable["name"]?.string, let value = variable["value"]?.string else {
        throw .configuration("\(exec.place): expected name and value in each element of env")
      }
      environment[name] = value
    }
    if let mode = try exec.text("interactiveMode") {
      guard let known = InteractiveMode(rawValue: mode) else {
        throw .configuration("\(exec.place): expected interactiveMode Never, IfAvailable or Always, it is \(mode)")
      }
      interactiveMode = known
    } else {
      interactiveMode = .ifAvailable
    }
    if interactiveMode == .always {
      throw .configuration(
        "\(exec.place): the plugin \(command) insists on a terminal (interactiveMode: Always), which it does not get "
          + "here; log in with it first and set interactiveMode: IfAvailable")
    }
    installHint = try exec.text("installHint")
    clusterInfo = try exec.flag("provideClusterInfo") ? Self.clusterInfo(access, cluster) : nil
  }

  /// The `spec.cluster` of an ExecCredential.
  private static func clusterInfo(_ access: ClusterAccess, _ cluster: JSON) -> JSON {
    var info: JSON = ["server": .string(access.server)]
    if let name = access.serverName { info["tls-server-name"] = .string(name) }
    if !access.verifiesCertificates { info["insecure-skip-tls-verify"] = true }
    if let authorities = access.certificateAuthorities {
      info["certificate-authority-data"] = .string(Base64.encode(authorities))
    }
    if let proxy = access.proxy { info["proxy-url"] = .string(proxy) }
    let extensions = cluster["extensions"]?.array ?? []
    info["config"] = extensions.first { $0["name"]?.string == "client.authentication.k8s.io/exec" }?["extension"]
    return info
  }
}
