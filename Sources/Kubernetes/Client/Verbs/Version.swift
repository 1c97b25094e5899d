import JSON

extension Cluster {
  public func version() async throws -> ServerVersion {
    let call = Call(path: "/version", subject: "the server's version")
    let json = try await send(call).json(call)
    // Distributions write the minor version as "33+".
    func number(_ key: String) -> Int? { Int(json[key]?.string?.prefix { $0.isNumber } ?? "") }
    guard let version = json["gitVersion"]?.string, let major = number("major"), let minor = number("minor") else {
      throw KubernetesError.malformed(
        "\(access.server)/version: expected gitVersion, major and minor; is this a Kubernetes API server?")
    }
    return ServerVersion(gitVersion: version, major: major, minor: minor)
  }
}
