public import Blueprint
public import Kubernetes

/// How a cluster's releases are, as the cluster tells it now.
public struct StatusReport: Sendable, Equatable {
  public enum State: Sendable, Equatable {
    case ready
    /// Everything was applied; these are not ready (any more).
    case notReady([Blocker])
    /// A roll-out began and has not come to its end.
    case incomplete([Blocker])
    case notDeployed
    /// In the cluster, but no longer in the file.
    case orphaned
  }

  public struct ReleaseStatus: Sendable, Equatable {
    public var name: String
    public var layer: String
    public var namespace: String
    public var state: State
    public var objects: Int
  }

  public var server: String
  public var releases: [ReleaseStatus]
  /// Who is at work on the cluster now.
  public var heldBy: String?

  public var isReady: Bool { releases.allSatisfy { $0.state == .ready || $0.state == .orphaned } }

  public static func make(_ blueprint: Blueprint, in environment: Environment) async throws -> StatusReport {
    let graph = ReleaseGraph(blueprint)
    let lease = RunLease(environment: environment)
    let session = try await Session(
      environment: environment, blueprint: blueprint, journal: nil, run: "status", stop: StopSignal(),
      lease: lease, sink: { _ in })
    var report = StatusReport(server: session.version.gitVersion, releases: [], heldBy: nil)
    do { try await lease.check() } catch RolloutError.held(let holder, _) { report.heldBy = holder }
    for name in graph.layers.joined() {
      guard let release = blueprint.release(name) else { continue }
      report.releases.append(
        try await status(of: release, layer: graph.layerNames[graph.layer(of: name) ?? 0], session))
    }
    for name in await session.orphans() {
      let namespaces = await session.inventory(of: name)?.namespaces ?? []
      report.releases.append(
        ReleaseStatus(
          name: name, layer: "", namespace: namespaces.sorted().first ?? "", state: .orphaned,
          objects: try await session.members(of: name).count))
    }
    return report
  }

  private static func status(of release: Release, layer: String, _ session: Session) async throws -> ReleaseStatus {
    var status = ReleaseStatus(
      name: release.name, layer: layer, namespace: release.namespace.name, state: .notDeployed, objects: 0)
    guard let inventory = await session.inventory(of: release.name) else { return status }
    let objects = try await session.members(of: release.name)
    status.objects = objects.count
    var resources: [(Object?, Resource)] = []
    for object in objects {
      if let resource = await session.resource(object.gvk) { resources.append((object, resource)) }
    }
    var context = try await session.statusContext(for: resources)
    var unready = objects.filter { !$0.readiness(in: context).isReady }
    if !unready.isEmpty {
      for namespace in Set(unready.compactMap(\.namespace)) {
        context.pods += try await session.api.list(.pods, namespace: namespace, ListOptions()).items.map {
          $0.typed(as: Resource.pods.gvk)
        }
        // Events only explain: who may not read them learns the rest.
        let refused = ListOptions(fieldSelector: Refusal.fieldSelector)
        if let events = try? await session.api.list(.events, namespace: namespace, refused).items {
          context.refusals.merge(StatusContext.refusals(in: events)) { $1 }
        }
      }
      if unready.contains(where: { $0.kind == "DaemonSet" }) {
        context.sleeping = StatusContext.sleeping(
          in: try await session.api.list(.nodes, namespace: nil, ListOptions()).items)
      }
      unready = objects.filter { !$0.readiness(in: context).isReady }
    }
    let blockers = unready.sorted { $0.id < $1.id }.map { object in
      (object.readiness(in: context).blocker ?? Blocker("Terminating", "it is being deleted")).about(object.id)
    }
    status.state =
      inventory.revision == nil ? .incomplete(blockers) : blockers.isEmpty ? .ready : .notReady(blockers)
    return status
  }
}
