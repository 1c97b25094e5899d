import Glibc

extension ClusterAccess {
  /// Where pods find what their service account may use.
  /// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
  public static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The access that a user means: a kubeconfig's context; inside a pod without kubeconfig, its service account.
  /// - Parameters:
  ///   - kubeconfig: What `--kubeconfig` says.
  ///   - context: What `--context` says.
  /// - Throws: `KubernetesError.configuration`.
  public static func load(
    kubeconfig: String? = nil, context: String? = nil, environment: [String: String]
  ) throws(KubernetesError) -> ClusterAccess {
    if let loaded = try Kubeconfig.load(kubeconfig, environment: environment) {
      return try loaded.access(context: context)
    }
    if context == nil, let access = try inCluster(environment: environment) { return access }
    let looked = environment["KUBECONFIG"].flatMap { $0.isEmpty ? nil : $0 } ?? "~/.kube/config"
    throw .configuration(
      "there is no kubeconfig (looked at \(looked)) and this is no pod; name one with --kubeconfig or KUBECONFIG")
  }

  /// The service account of the pod that this runs in; `nil` where this is no pod.
  public static func inCluster(
    environment: [String: String], folder: String = serviceAccountFolder
  ) throws(KubernetesError) -> ClusterAccess? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
    else { return nil }
    let token = "\(folder)/token"
    guard LocalFile.exists(token) else {
      throw .configuration("this is a pod without service account token (\(token)); set automountServiceAccountToken")
    }
    let authorities: [UInt8]
    do throws(LocalFile.Failure) {
      authorities = try LocalFile.read("\(folder)/ca.crt")
    } catch {
      throw .configuration("the cluster's certificate authority \(folder)/ca.crt cannot be read: \(error)")
    }
    let namespace = (try? LocalFile.read("\(folder)/namespace")).map { String(decoding: $0, as: UTF8.self) }
    return ClusterAccess(
      server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)", certificateAuthorities: authorities,
      credentials: .tokenFile(token),
      namespace: namespace?.split(whereSeparator: \.isWhitespace).first.map { String($0) },
      origin: "the pod's service account")
  }
}
