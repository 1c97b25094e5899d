import Blueprint
import JSON

extension WorkloadObjects {
  /// Keeps as many pods as the file says while nodes are drained. Where it says nothing, a drain takes one replica at a
  /// time; none for a single replica, which it would only make undrainable.
  ///
  /// Written as `policy/v1`. A server older than Kubernetes 1.21 serves the same fields as `policy/v1beta1`: who applies
  /// it there changes the `apiVersion` and nothing else.
  var podDisruptionBudget: JSON? {
    let minimum = release.scheduling?.minAvailable
    guard minimum != nil || range.lowerBound > 1 else { return nil }
    return [
      "apiVersion": "policy/v1",
      "kind": "PodDisruptionBudget",
      "metadata": metadata(),
      "spec": .members([
        "minAvailable": minimum.map { Int($0).map(JSON.int) ?? .string($0) },
        "maxUnavailable": minimum == nil ? 1 : nil,
        "selector": ["matchLabels": selector],
      ]),
    ]
  }
}
