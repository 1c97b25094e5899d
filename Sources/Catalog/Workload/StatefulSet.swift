import Blueprint
import JSON

extension WorkloadObjects {
  var statefulSet: JSON {
    [
      "apiVersion": "apps/v1",
      "kind": "StatefulSet",
      "metadata": metadata(),
      "spec": .members([
        "replicas": replicas,
        "revisionHistoryLimit": .int(workload.revisionHistoryLimit),
        "serviceName": .string(headlessName),
        "selector": ["matchLabels": selector],
        "template": podTemplate,
        "volumeClaimTemplates": claimTemplates.nonEmpty.map(JSON.array),
      ]),
    ]
  }
}
