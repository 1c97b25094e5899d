import Blueprint
import JSON

extension WorkloadObjects {
  /// Adds and takes away pods by their use of the CPU; none without `min` and `max`.
  ///
  /// Written as `autoscaling/v2`. A server older than Kubernetes 1.23 serves the same fields as `autoscaling/v2beta2`.
  var horizontalPodAutoscaler: JSON? {
    guard let scheduling = release.scheduling, let replicas = scheduling.replicas else { return nil }
    return [
      "apiVersion": "autoscaling/v2",
      "kind": "HorizontalPodAutoscaler",
      "metadata": metadata(),
      "spec": [
        "scaleTargetRef": [
          "apiVersion": "apps/v1", "kind": .string(workload.resolvedKind.rawValue), "name": .string(name),
        ],
        "minReplicas": .int(replicas.lowerBound),
        "maxReplicas": .int(replicas.upperBound),
        "metrics": [
          [
            "type": "Resource",
            "resource": [
              "name": "cpu", "target": ["type": "Utilization", "averageUtilization": .int(scheduling.cpu)],
            ],
          ]
        ],
      ],
    ]
  }

  /// `nil` where an autoscaler decides: it and Croft would set the field by turns.
  var replicas: JSON? { release.scheduling?.replicas == nil ? .int(workload.replicas) : nil }

  /// The fewest and the most pods there are.
  var range: ClosedRange<Int> { release.scheduling?.replicas ?? workload.replicas...workload.replicas }
}
