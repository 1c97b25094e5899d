import FoundationEssentials
import JSON
import Kubernetes
import Lab
import Redaction

/// One real API server for all tests that need nothing special of it; it ends with this process.
actor SharedServer {
  static let shared = SharedServer()

  private var starting: Task<ControlPlane, any Error>?
  private var namespaces = 0

  func plane() async throws -> ControlPlane {
    if let starting { return try await starting.value }
    let task = Task { try await ControlPlane.start(.apiServerOnly) }
    starting = task
    return try await task.value
  }

  func nextName() -> String {
    namespaces += 1
    return "test-\(namespaces)"
  }
}

extension ControlPlane {
  /// The administrator's access, by token.
  nonisolated func access(token: String? = nil) throws -> ClusterAccess {
    ClusterAccess(
      server: url, certificateAuthorities: Array(try Data(contentsOf: URL(filePath: certificates.ca))),
      credentials: .token(Secret(token ?? adminToken)), origin: "the lab")
  }

  nonisolated func cluster() throws -> Cluster { Cluster(try access(), clock: ContinuousClock()) }
}

/// A client of the shared server and a namespace of one's own.
struct Sandbox: Sendable {
  let plane: ControlPlane
  let cluster: Cluster
  let namespace: String

  /// - Parameter plane: `nil` for the shared one.
  static func make(on plane: ControlPlane? = nil) async throws -> Sandbox {
    let plane = if let plane { plane } else { try await SharedServer.shared.plane() }
    let cluster = try plane.cluster()
    let name = await SharedServer.shared.nextName()
    _ = try await cluster.create(
      Object(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]), .namespaces,
      dryRun: false)
    return Sandbox(plane: plane, cluster: cluster, namespace: name)
  }

  func configMap(_ name: String, _ data: [String: String] = [:], labels: [String: String] = [:]) -> Object {
    func object(_ values: [String: String]) -> JSON {
      .object(JSONObject(values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
    }
    return Object([
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": object(labels)],
      "data": object(data),
    ])
  }
}

extension Resource {
  static let clusterRoleBindings = Resource(
    gvk: GroupVersionKind(apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding"),
    plural: "clusterrolebindings", isNamespaced: false)
  static let deployments = Resource(
    gvk: GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"), plural: "deployments", isNamespaced: true)
}
