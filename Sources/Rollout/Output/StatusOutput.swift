public import JSON
public import Kubernetes

extension StatusReport {
  /// `{"server", "ready": bool, "heldBy", "releases": [{"name", "layer", "namespace", "state", "objects", "blockers"}]}`
  public var json: JSON {
    [
      "server": .string(server), "ready": .bool(isReady), "heldBy": heldBy.map { .string($0) } ?? .null,
      "releases": .array(
        releases.map { release in
          [
            "name": .string(release.name), "layer": .string(release.layer), "namespace": .string(release.namespace),
            "state": .string(release.state.name), "objects": .int(release.objects),
            "blockers": .array(release.state.blockers.map { .string($0.description) }),
          ]
        }),
    ]
  }
}

extension StatusReport.State {
  public var name: String {
    switch self {
    case .ready: "ready"
    case .notReady: "not ready"
    case .incomplete: "incomplete"
    case .notDeployed: "not deployed"
    case .orphaned: "orphaned"
    }
  }

  public var blockers: [Blocker] {
    switch self {
    case .notReady(let blockers), .incomplete(let blockers): blockers
    case .ready, .notDeployed, .orphaned: []
    }
  }
}
