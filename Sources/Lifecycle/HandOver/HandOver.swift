public import Blueprint
import Catalog
import JSON
public import Kubernetes
import Provision
public import Redaction
import Render
public import Rollout
import Secrets

/// Hands a cluster that is deployed over to its GitOps engine: once the repository holds what was deployed, the engine is
/// given what it begins with, and then it has to say that it follows that commit.
///
/// It looks first: what the engine was given already is not written again, and a run that was cut off is gone on with by
/// running again.
public struct HandOver: Sendable {
  /// Where the age key comes from that Flux decrypts Secrets with.
  public enum Key: Sendable {
    case identities(Secret<[UInt8]>)
    /// None at hand that fits; where was looked.
    case none(sought: [String])
  }

  /// How long an engine may take until it follows the commit: it fetches every chart and looks at every object.
  public static let defaultTimeout = Duration.seconds(900)

  let blueprint: Blueprint
  let gitops: GitOpsSpec
  let tree: DeployedTree
  let api: any KubernetesAPI
  let clock: any Clock<Duration>
  let now: @Sendable () -> Double
  let timeout: Duration
  let key: @Sendable (_ recipients: [String]) async throws -> Key
  let stop: StopSignal
  let journal: Journal?
  private let run: String
  let name: String
  let sink: @Sendable (Event) async -> Void

  /// What it is called on the board and in the journal: `gitops/flux`. `nil` where nothing is handed over: without an
  /// engine, with Croft's own, and where the engine begins with a folder of the user's own.
  public static func name(for blueprint: Blueprint) -> String? {
    guard let gitops = blueprint.gitops, gitops.engine != .croft, gitops.ownBeginning == nil else { return nil }
    return "gitops/\(gitops.engine.rawValue)"
  }

  /// What the user does by hand: an engine that begins with a folder of the user's own. `nil` where there is nothing to do.
  public static func note(for blueprint: Blueprint) -> String? {
    guard let gitops = blueprint.gitops, gitops.engine != .croft, let own = gitops.ownBeginning else { return nil }
    return
      "\(gitops.engine.title) begins with '\(own)', a folder of your own, which Croft does not hand over to: apply it "
      + "yourself ('kubectl apply -k \(own)')"
  }

  /// - Parameters:
  ///   - tree: what was deployed, and where the engine will read it.
  ///   - now: seconds since 1970.
  ///   - key: the age keys of these recipients.
  public init?(
    _ blueprint: Blueprint, tree: DeployedTree, api: any KubernetesAPI, clock: any Clock<Duration>,
    now: @escaping @Sendable () -> Double, timeout: Duration = HandOver.defaultTimeout,
    key: @escaping @Sendable (_ recipients: [String]) async throws -> Key, stop: StopSignal = StopSignal(),
    journal: Journal? = nil, sink: @escaping @Sendable (Event) async -> Void
  ) {
    guard let name = Self.name(for: blueprint), let gitops = blueprint.gitops else { return nil }
    self.blueprint = blueprint
    self.gitops = gitops
    self.name = name
    self.tree = tree
    self.api = api
    self.clock = clock
    self.now = now
    self.timeout = timeout
    self.key = key
    self.stop = stop
    self.journal = journal
    let run = "handover-\(Int(now()))-\(Holder.current.process)"
    self.run = run
    self.sink = { event in
      _ = await journal?.record(event, run: run, at: now())
      await sink(event)
    }
  }

  /// - Throws: `CancellationError`; what went wrong with the hand-over itself is in the outcome.
  public func callAsFunction() async throws -> Event.Outcome {
    let stopwatch = Stopwatch(clock)
    let interrupted = try await journal?.begin(run, cluster: blueprint.name, holder: .current, at: now())
    if let interrupted { await sink(.resuming(run: interrupted.run, interrupted: interrupted.releases)) }
    await sink(.releaseStarted(name, attempt: 1))
    var outcome = Event.Outcome()
    do {
      if let changes = try await unlessStopped({ try await handOver() }) {
        outcome.changes = changes
        outcome.ready = [name]
        await sink(.releaseReady(name, changes: changes, elapsed: stopwatch.elapsed))
      } else {
        outcome.stopped = [name]
        await sink(.releaseStopped(name))
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      outcome.failed = [name]
      await sink(.releaseFailed(name, reason: "\(error)"))
    }
    outcome.elapsed = stopwatch.elapsed
    try await journal?.end(run, outcome: outcome.isSuccess ? "done" : "incomplete", at: now())
    return outcome
  }

  /// - Returns: `nil` where the run was asked to stop before it was done.
  private func unlessStopped(_ work: @escaping @Sendable () async throws -> Int) async throws -> Int? {
    try await withThrowingTaskGroup(of: Int?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        await stop.wait()
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  // MARK: The steps

  /// - Returns: how many objects were changed.
  private func handOver() async throws -> Int {
    await sink(.step(release: name, "comparing \(gitops.treeInGit)/ at \(gitops.branch) of \(gitops.repository)"))
    let (commit, files) = try await tree.committed()
    let start = try EngineStart(gitops.engine, files)
    let resources = try await served(start)
    var changes = 0
    if let secret = start.keySecret { changes += try await makeKey(secret, files) }
    for object in start.given.map(Object.init) where try await apply(object, resources) { changes += 1 }
    try await follow(start.followers.map(Object.init), commit, resources)
    return changes
  }

  /// The engine's kinds, as the API server serves them.
  /// - Throws: `HandOverProblem.notServed`.
  private func served(_ start: EngineStart) async throws -> [GroupVersionKind: Resource] {
    let discovery = try await api.discovery(refresh: true)
    var resources: [GroupVersionKind: Resource] = [:]
    for object in (start.given + start.followers).map(Object.init) where resources[object.gvk] == nil {
      guard let resource = discovery.resource(object.gvk) else {
        throw HandOverProblem.notServed(object.gvk.groupKind, release: bringer(of: object.gvk.groupKind))
      }
      resources[object.gvk] = resource
    }
    return resources
  }

  /// The release that brings a kind: the component that is known for it, else the engine by its name.
  private func bringer(of kind: GroupKind) -> String? {
    let plural = kind.kind == "GitRepository" ? "gitrepositories" : "\(kind.kind.lowercased())s"
    let known = components(bringing: "\(plural).\(kind.group)")
    let names = gitops.engine == .argocd ? ["argocd", "argo-cd"] : ["flux", "flux-operator", "flux2"]
    return blueprint.components.first { known.contains($0.component) }?.name
      ?? blueprint.releases.first { names.contains($0.name) }?.name
  }

  // MARK: What the engine is given

  private func apply(_ object: Object, _ resources: [GroupVersionKind: Resource]) async throws -> Bool {
    guard let resource = resources[object.gvk] else { return false }
    let before = try await api.get(resource, namespace: object.namespace, name: object.name)
    if let before, Compare.isSame(object, before) { return false }
    // The engine may have it from an older commit.
    let result = try await api.applyTakingOver(object, resource) {
      await sink(.changed(release: name, object.id, $0))
    }
    if before?.resourceVersion == result.resourceVersion { return false }
    await sink(.changed(release: name, object.id, before == nil ? .created : .updated))
    return true
  }

  /// Makes the Secret that Flux decrypts with, of the user's own age keys that fit, where it is not there yet.
  /// https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption
  private func makeKey(_ secret: String, _ files: [RenderedFile]) async throws -> Int {
    let namespace = Blueprint.fluxNamespace
    if try await api.get(.secrets, namespace: namespace, name: secret) != nil { return 0 }
    var recipients = blueprint.secrets?.recipients.map(\.value) ?? []
    for file in files where file.path.hasPrefix("flux/secrets/") {
      recipients += (try? SealedFile(file.bytes, path: file.path, format: .yaml).metadata.recipients) ?? []
    }
    recipients = Set(recipients).sorted()
    switch try await key(recipients) {
    case .none(let sought): throw HandOverProblem.noKey(secret: secret, recipients: recipients, sought: sought)
    case .identities(let identities):
      let object: JSON = [
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": ["name": .string(secret), "namespace": .string(namespace)],
        "data": ["croft.agekey": .string(Base64.text(identities.reveal()))],
      ]
      let made = try await api.create(Object(object), .secrets, dryRun: false)
      await sink(.changed(release: name, made.id, .created))
      return 1
    }
  }
}
