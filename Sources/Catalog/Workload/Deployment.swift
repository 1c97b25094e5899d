import Blueprint
import JSON

extension WorkloadObjects {
  var deployment: JSON {
    [
      "apiVersion": "apps/v1",
      "kind": "Deployment",
      "metadata": metadata(),
      "spec": .members([
        "replicas": replicas,
        "revisionHistoryLimit": .int(workload.revisionHistoryLimit),
        "selector": ["matchLabels": selector],
        "strategy": strategy,
        "template": podTemplate,
      ]),
    ]
  }

  /// A volume that one node can mount at a time, a port of the node, and a node that no other replica may share are taken
  /// while the old pod is there: the new one would wait for ever beside it. A claim that is not Croft's own is taken for such a volume where one replica
  /// uses it.
  ///
  /// Always complete: fields that Croft has set it also takes away with server-side apply, while Kubernetes refuses
  /// `Recreate` beside a default that nobody owns.
  private var strategy: JSON {
    // Two sidecars would both be one machine.
    if workload.storage.contains(where: allowsOnePodAtATime) || !workload.sidecars.isEmpty {
      return ["type": "Recreate"]
    }
    let needsFreeNode = workload.hostNetwork && !workload.ports.isEmpty || release.scheduling?.spread == .required
    return needsFreeNode
      ? ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]]
      : ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"]]
  }

  private func allowsOnePodAtATime(_ volume: Workload.Volume) -> Bool {
    if case .existingClaim = volume.source { return workload.replicas <= 1 && !volume.readOnly }
    return volume.isReadWriteOnceClaim
  }
}
