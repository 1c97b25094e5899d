import Blueprint
import JSON
import Kubernetes

extension StatusContext {
  /// Those nodes that are off as the cluster file lets them be, by their names.
  static func sleeping(in nodes: [Object]) -> Set<String> {
    let modes: Set<String> = [NodeSpec.Power.Mode.onDemand.rawValue, NodeSpec.Power.Mode.manual.rawValue]
    let away = nodes.filter { node in
      modes.contains(node.label(NodeSpec.powerLabel) ?? "") && !node.hasReadyCondition
    }
    return Set(away.map(\.name))
  }
}

extension Session {
  /// What the status rules want to know beside the objects themselves: how classes bind, how kinds are defined.
  func statusContext(for awaited: [(object: Object?, resource: Resource)]) async throws -> StatusContext {
    var context = StatusContext(now: Int(environment.now()))
    let hasOpenClaim = awaited.contains { object, resource in
      resource.gvk.groupKind == GroupKind("PersistentVolumeClaim")
        && object?.json[path: "status", "phase"]?.string != "Bound"
    }
    if hasOpenClaim {
      context.bindingModes = StatusContext.bindingModes(
        of: try await api.list(.storageClasses, namespace: nil, ListOptions()).items)
    }
    for resource in Set(awaited.map(\.resource)) where !Self.isBuiltIn(resource.gvk.group) {
      context.definitions[resource.gvk.groupKind] = try await definition(of: resource)
    }
    return context
  }

  private static func isBuiltIn(_ group: String) -> Bool {
    !group.contains(".")
      || (group.hasSuffix(".k8s.io") && !group.hasSuffix(".x-k8s.io") && group != "gateway.networking.k8s.io"
        && group != "snapshot.storage.k8s.io")
  }
}
