public import Blueprint
public import Kubernetes

/// What a deploy would change, found without changing anything.
public struct Plan: Sendable {
  public enum Action: String, Sendable { case create, adopt, update, recreate, prune, keep }

  public struct Entry: Sendable {
    public var object: ObjectID
    public var action: Action
    /// Empty for `create` and `prune`.
    public var fields: [FieldChange]
    /// Why, where that is not plain: what keeps it, what made it, what cannot be changed in place.
    public var note: String?
  }

  public struct ReleasePlan: Sendable {
    public var name: String
    public var layer: String
    public var entries: [Entry]
    public var unchanged: Int
    /// Hooks that would run.
    public var hooks: [String]
    /// Why this release cannot be planned yet.
    public var problem: String?
    /// Something would be written, or could not be told.
    public var hasChanges: Bool {
      problem != nil || !hooks.isEmpty || entries.contains { $0.action != .keep }
    }
  }

  public var releases: [ReleasePlan]
  /// In the cluster, but no longer in the file.
  public var orphans: [String]
  public var hasChanges: Bool { releases.contains(where: \.hasChanges) }

  /// - Parameter options: `only` and `until` choose releases, as in `Deploy`.
  public static func make(
    _ blueprint: Blueprint, in environment: Environment, options: Deploy.Options = .init(),
    onRelease: @Sendable (String) async -> Void = { _ in }
  ) async throws -> Plan {
    let graph = ReleaseGraph(blueprint)
    let selected = try graph.selection(only: options.only, until: options.until)
    let session = try await Session(
      environment: environment, blueprint: blueprint, journal: nil, run: "plan", stop: StopSignal(),
      lease: RunLease(environment: environment), sink: { _ in })
    let renderer = try await Renderer(session: session, writesLock: false)
    let names = graph.layers.joined().filter { selected.contains($0) }
    let plans = try await concurrently(Array(names.enumerated()), limit: 4) { index, name in
      (index, try await plan(name, layer: graph.layerNames[graph.layer(of: name) ?? 0], session, renderer))
    }
    return Plan(releases: plans.sorted { $0.0 < $1.0 }.map(\.1), orphans: await session.orphans())
  }

  private static func plan(
    _ name: String, layer: String, _ session: Session, _ renderer: Renderer
  ) async throws -> ReleasePlan {
    var result = ReleasePlan(name: name, layer: layer, entries: [], unchanged: 0, hooks: [])
    guard let release = session.blueprint.release(name) else { return result }
    let recorded = await session.inventory(of: name)
    do {
      let rendered = try await renderer.render(release, isUpgrade: recorded?.revision != nil)
      let assessment = try await session.assess(rendered, confirm: true)
      if let namespace = try await session.namespaceChange(for: rendered) {
        result.entries.append(try await entry(namespace.desired, namespace.live, release: release, session))
      }
      for entry in try await entries(assessment, release: release, session) {
        if let entry { result.entries.append(entry) } else { result.unchanged += 1 }
      }
      for object in assessment.surplus {
        let reason = Prune.reasonToKeep(object, release: release)
        result.entries.append(
          Entry(object: object.id, action: reason == nil ? .prune : .keep, fields: [], note: reason))
      }
      if recorded?.revision != rendered.revision {
        let isUpgrade = recorded?.revision != nil
        let moments: [Hook.Moment] = isUpgrade ? [.preUpgrade, .postUpgrade] : [.preInstall, .postInstall]
        result.hooks = moments.flatMap { moment in
          Hook.ordered(rendered.hooks, at: moment).map { "\(moment.rawValue) \($0.object.id)" }
        }
      }
    } catch let error as RenderError {
      result.problem = describe(error)
    } catch let error as RolloutError {
      result.problem = describe(error)
    } catch KubernetesError.status(let failure) where failure.code != 401 {
      result.problem = describe(KubernetesError.status(failure))
    }
    return result
  }

  /// What a deploy would do to the release's namespace.
  private static func entry(
    _ namespace: Object, _ live: Object?, release: Release, _ session: Session
  ) async throws -> Entry {
    guard let live else { return Entry(object: namespace.id, action: .create, fields: []) }
    let options = ApplyOptions(fieldManager: Session.namespaceManager(of: release), force: true, dryRun: true)
    let after = try await session.api.apply(namespace, .namespaces, options)
    return Entry(object: namespace.id, action: .update, fields: FieldChange.between(live, after))
  }

  private static let failedJob = "it had ended without success"

  /// In the order of the assessment; `nil` for what stays as it is.
  private static func entries(
    _ assessment: Assessment, release: Release, _ session: Session
  ) async throws -> [Entry?] {
    let missing = assessment.items.filter { $0.standing == .absent }
    let found = try await existing(missing.map(\.desired), session)
    return try await concurrently(Array(assessment.items.enumerated()), limit: 16) { index, item -> (Int, Entry?) in
      let id = item.desired.id
      switch item.standing {
      case .unchanged(let live) where item.desired.isJob && ReleaseAttempt.hasFailed(live):
        return (index, Entry(object: id, action: .recreate, fields: [], note: Self.failedJob))
      case .different(let live, let fields) where item.desired.isJob && ReleaseAttempt.hasFailed(live):
        return (index, Entry(object: id, action: .recreate, fields: fields, note: Self.failedJob))
      case .unchanged, .spent: return (index, nil)
      case .unknownKind:
        return (index, Entry(object: id, action: .create, fields: [], note: "its kind is not served yet"))
      case .different(_, let fields):
        let immutable = item.desired.isJob && fields.contains { $0.path.hasPrefix("spec.template") }
        return (index, Entry(object: id, action: immutable ? .recreate : .update, fields: fields))
      case .absent:
        guard let there = found[id], let resource = await session.resource(item.desired.gvk) else {
          return (index, Entry(object: id, action: .create, fields: []))
        }
        let after = try? await session.api.apply(item.desired, resource, ApplyOptions(force: true, dryRun: true))
        let fields = after.map { FieldChange.between(there, $0) } ?? []
        return (index, Entry(object: id, action: .adopt, fields: fields, note: "made by something else before"))
      }
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Which of these exist although they are not ours: one by one, or with a list where they are many.
  private static func existing(_ objects: [Object], _ session: Session) async throws -> [ObjectID: Object] {
    var result: [ObjectID: Object] = [:]
    let places = Dictionary(grouping: objects) { "\($0.gvk) \($0.namespace ?? "")" }
    for (_, group) in places {
      guard let resource = await session.resource(group[0].gvk) else { continue }
      if group.count > 8 {
        let list = try await session.api.list(resource, namespace: group[0].namespace, ListOptions())
        for item in list.items.map({ $0.typed(as: resource.gvk) }) { result[item.id] = item }
      } else {
        for object in group {
          let item = try await session.api.get(resource, namespace: object.namespace, name: object.name)
          if let item { result[object.id] = item.typed(as: resource.gvk) }
        }
      }
    }
    return result
  }
}
