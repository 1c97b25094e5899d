import Blueprint
import JSON

/// What every object of one workload shares: names, labels, and which of the objects there are.
struct WorkloadObjects {
  let release: Release
  let workload: Workload

  var all: [JSON] {
    [serviceAccount] + claims + replicaClaims + [headlessService, service].compactMap { $0 } + [controller]
      + [horizontalPodAutoscaler, podDisruptionBudget].compactMap { $0 }
  }

  var name: String { release.name }

  /// What a Deployment and a StatefulSet select by. Kubernetes does not let it change, so nothing goes in that a user
  /// may change and keep the release: not the image, not a version, not the kind.
  var selector: JSON {
    ["app.kubernetes.io/name": .string(name), "app.kubernetes.io/instance": .string(name)]
  }

  var labels: JSON {
    var labels = selector
    labels["app.kubernetes.io/managed-by"] = "croft"
    return labels
  }

  func metadata(
    name: String? = nil, labels more: [String: String] = [:], annotations: [String: String] = [:]
  ) -> JSON {
    var labels = labels
    for (key, value) in more.sorted(by: { $0.key < $1.key }) { labels[key] = .string(value) }
    return .members([
      "name": .string(name ?? self.name),
      "namespace": .string(release.namespace.name),
      "labels": labels,
      "annotations": annotations.isEmpty ? nil : .strings(annotations),
    ])
  }

  var controller: JSON {
    switch workload.resolvedKind {
    case .deployment: deployment
    case .statefulSet: statefulSet
    }
  }
}
