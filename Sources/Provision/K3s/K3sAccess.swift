public import Blueprint
public import Hosts
public import JSON
public import Redaction
import YAML

/// The way into a cluster, as the first server that answers wrote it, made fit for another machine.
public struct K3sAccess: Sendable {
  /// A kubeconfig with one cluster, one user and one context, all named after the cluster.
  public let kubeconfig: Secret<JSON>
  /// The name of the server that it reaches.
  public let server: String
  /// Where that is: `https://192.168.14.11:6443`.
  public let url: String

  /// - Parameter facts: of the machines that answered.
  /// - Throws: `K3sProblem` where no server has a kubeconfig; `HostError`.
  public init(_ blueprint: Blueprint, hosts: [String: any Host], facts: [String: HostFacts]) async throws {
    for server in blueprint.servers {
      guard facts[server.name] != nil, let host = hosts[server.name], let url = Self.urls(of: server, blueprint).first
      else { continue }
      let path = blueprint.kubernetes?.kubeconfig.path ?? K3sPaths.kubeconfig
      guard let bytes = try await host.get(path, limit: 1 << 20) else { continue }
      guard let json = Self.rewritten(bytes, cluster: blueprint.name, server: url) else {
        throw K3sProblem(server.name, "\(path) there is no kubeconfig", fix: "restart k3s there, which writes it anew")
      }
      kubeconfig = Secret(json)
      self.server = server.name
      self.url = url
      return
    }
    throw K3sProblem(nil, "no server has a kubeconfig yet", fix: "bring the cluster up first: 'croft up'")
  }

  /// Where a server's API is, by each of its addresses in the order of the file.
  public static func urls(of server: NodeSpec, _ blueprint: Blueprint) -> [String] {
    server.addresses.map(\.value).map { address in
      let name = address.family == .v6 ? "[\(address)]" : "\(address)"
      return "https://\(name):\(blueprint.kubernetes?.port ?? 6443)"
    }
  }

  /// The kubeconfig of a k3s server says 127.0.0.1 and names everything `default`.
  static func rewritten(_ bytes: [UInt8], cluster: String, server: String) -> JSON? {
    guard let document = try? Document.parse(bytes, file: "k3s.yaml", dialect: .kubernetes).first,
      let json = Optional(document.json(as: .kubernetes)),
      let authority = json["clusters"]?.array?.first?["cluster"]?["certificate-authority-data"],
      let user = json["users"]?.array?.first?["user"]
    else { return nil }
    return [
      "apiVersion": "v1", "kind": "Config",
      "clusters": [
        ["name": .string(cluster), "cluster": ["server": .string(server), "certificate-authority-data": authority]]
      ],
      "users": [["name": .string(cluster), "user": user]],
      "contexts": [
        ["name": .string(cluster), "context": ["cluster": .string(cluster), "user": .string(cluster)]]
      ],
      "current-context": .string(cluster),
    ]
  }
}
