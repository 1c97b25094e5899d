import Blueprint
import Kubernetes

/// One run against one cluster: what all its releases share.
actor Session {
  nonisolated let environment: Environment
  nonisolated let blueprint: Blueprint
  nonisolated let live: LiveObjects
  nonisolated let stop: StopSignal
  nonisolated let journal: Journal?
  nonisolated let lease: RunLease
  nonisolated let run: String
  nonisolated let version: ServerVersion
  private let sink: @Sendable (Event) async -> Void
  private var known: Discovery
  private var inventories: [String: Inventory] = [:]
  /// Inventories of every cluster file that was rolled out here, by their ids.
  private var owners: [String: Inventory] = [:]
  private var definitions: [GroupKind: Object] = [:]
  private var changesByRelease: [String: Int] = [:]
  private var journalIsBroken = false

  nonisolated var api: any KubernetesAPI { environment.api }
  nonisolated var clock: any Clock<Duration> { environment.clock }

  init(
    environment: Environment, blueprint: Blueprint, journal: Journal?, run: String, stop: StopSignal,
    lease: RunLease, sink: @escaping @Sendable (Event) async -> Void
  ) async throws {
    self.environment = environment
    self.blueprint = blueprint
    self.journal = journal
    self.run = run
    self.stop = stop
    self.lease = lease
    self.sink = sink
    live = LiveObjects(api: environment.api)
    async let version = environment.api.version()
    async let discovery = environment.api.discovery(refresh: false)
    let live = live
    async let parents = live.objects(of: .configMaps)
    async let namespaces = live.objects(of: .namespaces)
    self.version = try await version
    known = try await discovery
    _ = try await namespaces
    for parent in try await parents.values {
      guard let inventory = Inventory(parent) else { continue }
      owners[inventory.id] = inventory
      if inventory.cluster == blueprint.name { inventories[inventory.release] = inventory }
    }
  }

  func emit(_ event: Event) async {
    if case .changed(let release, _, let change) = event {
      switch change {
      case .kept, .tookOver: break
      default: changesByRelease[release, default: 0] += 1
      }
    }
    if let problem = await journal?.record(event, run: run, at: environment.now()), !journalIsBroken {
      journalIsBroken = true
      await sink(.warning(release: nil, "the journal cannot be written: \(problem)"))
    }
    await sink(event)
  }

  var changes: Int { changesByRelease.values.reduce(0, +) }

  func changes(of release: String) -> Int { changesByRelease[release] ?? 0 }

  // MARK: What the server serves

  var discovery: Discovery { known }

  func refreshDiscovery() async throws { known = try await api.discovery(refresh: true) }

  /// The resource of a kind, in a version that the server serves; `nil` where it serves none.
  func resource(_ gvk: GroupVersionKind) -> Resource? { known.resource(gvk) }

  /// The resource of a kind in the server's preferred version; `nil` where it serves none.
  func resource(_ kind: GroupKind) -> Resource? { known.resource(kind) }

  /// The definition of a custom kind; `nil` for kinds that are served another way.
  func definition(of resource: Resource) async throws -> Object? {
    if let known = definitions[resource.gvk.groupKind] { return known }
    let name = "\(resource.plural).\(resource.gvk.group)"
    let found = try await api.get(.definitions, namespace: nil, name: name)
    definitions[resource.gvk.groupKind] = found
    return found
  }

  /// A namespace as it was when the run first looked; all are listed once.
  func namespace(_ name: String) async throws -> Object? {
    let id = ObjectID(Resource.namespaces.gvk.groupKind, namespace: nil, name: name)
    return try await live.objects(of: .namespaces)[id]
  }

  // MARK: Inventories

  func inventory(of release: String) -> Inventory? { inventories[release] }

  /// Releases that are in the cluster but not in the file.
  func orphans() -> [String] {
    inventories.keys.filter { name in blueprint.release(name) == nil }.sorted()
  }

  /// Writes a release's parent object where it differs from what is there.
  func write(_ inventory: Inventory) async throws {
    if inventories[inventory.release] == inventory { return }
    let written = try await api.apply(inventory.object, .configMaps, ApplyOptions(force: true))
    await live.note(written, written.id)
    inventories[inventory.release] = inventory
    owners[inventory.id] = inventory
  }

  /// The release that keeps an object, where that is not the given one and still is wanted.
  func otherOwner(of object: Object, than release: String) -> String? {
    guard let id = object.label(Inventory.partOf), let owner = owners[id] else { return nil }
    if owner.cluster != blueprint.name { return "\(owner.release)' of cluster '\(owner.cluster)" }
    return owner.release == release || blueprint.release(owner.release) == nil ? nil : owner.release
  }

  func forgetInventory(of release: String) { inventories[release] = nil }
}
