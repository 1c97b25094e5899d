import Blueprint
import JSON

extension WorkloadObjects {
  var deployment: JSON {
    [
      "apiVersion": "apps/v1",
      "kind": "Deployment",
      "metadata": metadata(),
      "spec": .members([
        "replicas": .int(workload.replicas),
        "revisionHistoryLimit": .int(workload.revisionHistoryLimit),
        "selector": ["matchLabels": selector],
        "strategy": strategy,
        "template": podTemplate,
      ]),
    ]
  }

  /// A volume that one node can mount at a time, and a port of the node, are taken while the old pod is there: the new
  /// one would wait for ever beside it.
  private var strategy: JSON? {
    if workload.storage.contains(where: \.isReadWriteOnceClaim) { return ["type": "Recreate"] }
    if workload.hostNetwork, !workload.ports.isEmpty {
      return ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]]
    }
    return nil
  }
}
