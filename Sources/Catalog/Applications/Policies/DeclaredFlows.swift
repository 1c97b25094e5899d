import Blueprint

// Who has to reach whom, as far as the file says it; the ways in, databases and backups tell theirs where they are made.
extension Applications {
  mutating func addDeclaredFlows() {
    for release in asked { flows += declared(release) }
    for part in parts {
      guard let release = blueprint.release(part.use.name) else { continue }
      flows += part.contribution.openings.map { Flow($0, of: release) }
    }
  }

  private func declared(_ release: Release) -> [Flow] {
    var flows: [Flow] = []
    func add(_ from: Flow.Peer, _ to: Flow.Peer, _ reason: String, ports: [Int] = []) {
      flows.append(
        Flow(owner: release.name, from: from, to: to, ports: ports, transport: "ANY", reason: reason))
    }
    func add(_ from: Release, _ to: Release, _ reason: String) {
      guard let workload = to.workload else { return add(from.pods, to.pods, reason) }
      if !workload.ports.isEmpty { add(from.pods, to.pods, reason, ports: workload.ports.map(\.port)) }
    }
    // What a component of the catalogue needs of another is among its openings.
    let own = blueprint.components.first { $0.name == release.name }?.release ?? release
    for other in own.dependsOn.compactMap({ blueprint.release($0.name) }) {
      add(release, other, "'\(release.name)' depends on '\(other.name)'.")
    }
    for other in (release.access?.to ?? []).compactMap({ blueprint.release($0.name) }) {
      add(release, other, "'access' of '\(release.name)' lets it reach '\(other.name)'.")
    }
    for other in (release.access?.from ?? []).compactMap({ blueprint.release($0.name) }) {
      add(other, release, "'access' of '\(release.name)' lets '\(other.name)' reach it.")
    }
    if let ports = release.access?.internet, !ports.isEmpty {
      add(release.pods, .world, "'access' of '\(release.name)' lets it reach the Internet.", ports: ports)
    }
    if let workload = release.workload {
      if workload.service.type != .clusterIP {
        let ports = workload.ports.map(\.port)
        let reason = "Its Service is of type \(workload.service.type.rawValue): clients come from the network."
        add(.world, release.pods, reason, ports: ports)
        // Where a node passes requests on, they seem to come from it.
        add(.host, release.pods, reason, ports: ports)
      }
      if workload.resolvedKind == .statefulSet, (release.scheduling?.replicas?.upperBound ?? workload.replicas) > 1 {
        add(release.pods, release.pods, "Replicas of '\(release.name)' find each other.")
      }
    } else {
      add(release.pods, release.pods, "What the chart or the manifests of '\(release.name)' make works together.")
    }
    if release.section == .platform {
      add(release.pods, .host, "'\(release.name)' is a part of the platform and works through the API server.")
      add(.host, release.pods, "The API server and the nodes ask '\(release.name)' back.")
      if let metrics = platform.part("kube-prometheus-stack"), metrics.name != release.name, release.hasPods {
        add(.pods(namespace: metrics.namespace), release.pods, "'\(metrics.name)' reads its metrics.")
      }
    }
    return flows
  }

}

extension Release {
  /// Whether it can have pods: definitions alone have none.
  fileprivate var hasPods: Bool { name != "gateway-api" }
}

extension Flow {
  init(_ opening: Opening, of release: Release) {
    let own = Peer.pods(namespace: release.namespace.name)
    let other: Peer =
      switch opening.peer {
      case .pods(let namespace, let labels): .pods(namespace: namespace, labels: labels)
      case .cluster: .cluster
      case .host: .host
      case .world: .world
      }
    let text = opening.reason
    self.init(
      owner: release.name, from: opening.direction == .ingress ? other : own,
      to: opening.direction == .ingress ? own : other, ports: opening.ports, transport: opening.transport,
      reason: "\(release.name): \(text)\(text.hasSuffix(".") ? "" : ".")")
  }
}
