import Blueprint
import JSON

extension WorkloadObjects {
  /// Lets a drain take one replica at a time; none for a single replica, which it would only make undrainable.
  ///
  /// Written as `policy/v1`. A server older than Kubernetes 1.21 serves the same fields as `policy/v1beta1`: who applies
  /// it there changes the `apiVersion` and nothing else.
  var podDisruptionBudget: JSON? {
    guard workload.replicas > 1 else { return nil }
    return [
      "apiVersion": "policy/v1",
      "kind": "PodDisruptionBudget",
      "metadata": metadata(),
      "spec": ["maxUnavailable": 1, "selector": ["matchLabels": selector]],
    ]
  }
}
