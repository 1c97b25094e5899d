import JSON
import Kubernetes
import Lab

/// A namespace of its own on the shared control plane.
struct LabNamespace {
  let namespace: String
  let cluster: Cluster

  init(_ name: String) async throws {
    namespace = name
    cluster = Cluster(try await ControlPlane.shared.access, clock: ContinuousClock())
  }

  func create(_ group: String, _ kind: String, _ object: JSON) async throws {
    let resource = try await resource(group, kind)
    var object = Object(object)
    if resource.isNamespaced { object.namespace = namespace }
    _ = try await cluster.create(object, resource, dryRun: false)
  }

  /// Polls until an object is there and is as wanted. The test's own time limit ends it.
  func wait(
    _ group: String, _ kind: String, _ name: String, _ isWanted: (Object) -> Bool
  ) async throws -> Object {
    let resource = try await resource(group, kind)
    while true {
      let object = try await cluster.get(resource, namespace: resource.isNamespaced ? namespace : nil, name: name)
      if let object, isWanted(object) { return object }
      try await ContinuousClock().sleep(for: .milliseconds(50))
    }
  }

  func pods() async throws -> [Object] {
    try await cluster.list(resource("", "Pod"), namespace: namespace, ListOptions()).items
  }

  func waitForPod(_ isWanted: (Object) -> Bool) async throws {
    while try await !pods().contains(where: isWanted) { try await ContinuousClock().sleep(for: .milliseconds(50)) }
  }

  func waitUntilGone() async throws {
    let resource = try await resource("", "Namespace")
    while try await cluster.get(resource, namespace: nil, name: namespace) != nil {
      try await ContinuousClock().sleep(for: .milliseconds(50))
    }
  }

  private func resource(_ group: String, _ kind: String) async throws -> Resource {
    let kind = GroupKind(group: group, kind: kind)
    while true {
      if let resource = try await cluster.discovery(refresh: false).resource(kind) { return resource }
      if let resource = try await cluster.discovery(refresh: true).resource(kind) { return resource }
      try await ContinuousClock().sleep(for: .milliseconds(100))
    }
  }
}

/// Makes a namespace with a name nobody has, hands it to `body`, and deletes it.
func withNamespace<R>(_ body: (LabNamespace) async throws -> R) async throws -> R {
  let lab = try await LabNamespace("lab-" + String(UInt32.random(in: 0..<UInt32.max), radix: 36))
  let resource = try await lab.cluster.discovery(refresh: false).resource(GroupKind("Namespace"))!
  let namespace: JSON = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(lab.namespace)]]
  _ = try await lab.cluster.create(Object(namespace), resource, dryRun: false)
  func delete() async throws {
    try await lab.cluster.delete(resource, namespace: nil, name: lab.namespace, DeleteOptions())
  }
  do {
    let result = try await body(lab)
    try await delete()
    return result
  } catch {
    try? await delete()
    throw error
  }
}
