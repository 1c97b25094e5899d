import Blueprint
import JSON
import Kubernetes
import Lifecycle
import Provision
import Redaction
import Rollout
import Synchronization
import Terminal

/// `croft up`
enum UpCommand: Subcommand {
  static let spec = CommandSpec(
    name: "up", summary: "bring the cluster up: machines, Kubernetes, releases, hand-over",
    discussion: """
      Asks every machine what it lacks and does that; brings k3s up on them, one server at a time and agents side by \
      side; writes the cluster into your kubeconfig; rolls the releases out; hands the cluster over to Argo CD or Flux \
      where the file has 'gitops', once the repository holds what was deployed. Each part looks first, so that what is \
      there already is left alone, and a run that was cut off goes on with the same command. Without 'kubernetes' in \
      the file it begins with the releases, on the cluster of your kubeconfig. A machine that cannot go on \
      stops alone. A disk loses what is on it only where the cluster file says 'wipe: true' beside it and you agree once \
      more, or said --wipe. With names of machines, --tags or --skip-tags, machines are prepared and nothing else.
      """,
    arguments: [MachineOptions.nodes],
    options: MachineOptions.selection + [
      .value(
        "until", nil, "STEP", .layers,
        "how far to go: nodes, kubernetes, a layer of the file, or layers: all but the hand-over"),
      .flag("yes", "y", "do not ask before changing anything"),
      .flag("dry-run", nil, "show what would be done, and do nothing"),
      .flag("wipe", nil, "agree that disks with 'wipe: true' lose what is on them"),
      .flag("use", nil, "make the cluster the current context of your kubeconfig"),
      RolloutOptions.chartMirror,
    ],
    examples: [
      .init("croft up", "from bare machines to a cluster with everything on it"),
      .init("croft up --until kubernetes --yes", "a cluster with nothing on it yet, without a question"),
      .init("croft up cow --tags packages,users", "one machine, two stages"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    try await context.withMachines { access in
      let blueprint = access.blueprint
      let invocation = context.invocation
      let isPartial =
        !invocation.arguments.isEmpty || !invocation.list("tags").isEmpty || !invocation.list("skip-tags").isEmpty
      let goal = try goal(invocation.value("until"), isPartial: isPartial, blueprint)
      if goal.deploys, blueprint.kubernetes == nil {
        return try await ExistingUp.run(blueprint, goal, context)
      }
      if goal != .nodes, blueprint.kubernetes?.distribution == .k3d {
        return try await K3dUp.run(access, goal, context)
      }
      let nodes = try context.selectedNodes(invocation.arguments, of: blueprint)
      let stages = try context.selectedStages(NodeStage.preparation)
      if stages.contains(.kubernetes) {
        throw Exit(.usage, "the stage 'kubernetes' comes with Kubernetes itself: --until kubernetes")
      }
      try refuse(blueprint, goal)
      let surveys = try await access.survey(nodes, stages: stages.union(goal == .nodes ? [] : [.kubernetes]))
      let preview = UpPreview(blueprint, nodes, isNamed: !invocation.arguments.isEmpty, surveys, goal)
      if context.format == .text, invocation.has("dry-run") || !invocation.has("yes") { preview.show(context) }
      if invocation.has("dry-run") {
        let handOver = await handOver(blueprint, goal, context)
        if context.format == .json {
          var json = preview.json
          json["handOver"] = handOver?.json ?? .null
          context.output.line(json.text)
        } else {
          preview.showEnd(context)
          handOver?.show(context)
        }
        return preview.isAnyoneSilent ? .unreachable : .success
      }
      let consent = try await access.consent(to: surveys, mayWipe: invocation.has("wipe"))
      if !invocation.has("yes") { try await agree(preview, context) }
      return try await up(access, nodes, surveys, stages, consent, preview.sleeping, goal, context)
    }
  }

  /// To what is done to the machines, and with that to what comes behind it; else to what the releases would change.
  private static func agree(_ preview: UpPreview, _ context: Context) async throws {
    let (name, goal) = (preview.blueprint.name, preview.goal)
    if preview.isAnythingMissing {
      return try await Consent.require(context, flag: "--yes") {
        "Do this to the machines of \(name)\(goal.deploys ? ", and then roll its releases out" : "")?"
      }
    }
    // Who does not answer keeps the releases from being rolled out.
    if !goal.deploys || preview.isAnyoneSilent { return }
    let file = try KubeconfigFile(context)
    if try file.has(context: name) {
      return try await ExistingUp.agree(preview.blueprint, goal, kubeconfig: file.path, context: name, context)
    }
    try await Consent.require(context, flag: "--yes") { "Roll out the releases of \(name)?" }
  }

  private static func up(
    _ access: MachineAccess, _ nodes: [NodeSpec],
    _ surveys: [String: Result<Provisioning.Survey, ProvisionError>], _ stages: Set<NodeStage>,
    _ consent: Set<DiskFingerprint>, _ sleeping: [NodeSpec], _ goal: Up.Goal, _ context: Context
  ) async throws -> ExitCode {
    let blueprint = access.blueprint
    let file = try KubeconfigFile(context)
    let journal = try await Journal(path: Directories(environment: context.environment).journal)
    let sources = try access.sources()
    let machines = access.machines(nodes.filter { node in !sleeping.contains { $0.name == node.name } })
    let install = blueprint.kubernetes?.install ?? .release(mirror: nil)
    var options = Provisioning.Options()
    options.stages = stages
    options.consent = consent
    return try await context.show(.up, cluster: blueprint.name) { [options] stop, sink in
      // What runs on a machine comes to its end; no other stage begins.
      let isStopped = Flag()
      return try await withThrowingTaskGroup(of: Event.Outcome?.self) { group in
        group.addTask {
          await stop.wait()
          isStopped.set()
          return nil
        }
        group.addTask {
          let up = Up(
            blueprint, machines: machines, surveys: surveys, notes: sleeping.map(UpPreview.note),
            program: K3sProgram(install, directory: blueprint.directory), goal: goal, clock: context.clock,
            journal: journal, now: context.time,
            provisioning: { emit in
              Provisioning(
                blueprint, sources: sources, options: options, clock: context.clock, time: context.time,
                isStopped: { isStopped.isSet }, emit: emit)
            },
            keep: { access in
              try file.add(access.kubeconfig.reveal(), makesCurrent: context.invocation.has("use"))
            },
            releases: UpReleases(
              blueprint, goal: goal, kubeconfig: file.path, context: blueprint.name, journal, stop: stop, context),
            sink: sink)
          return try await up()
        }
        while let outcome = try await group.next() {
          guard let outcome else { continue }
          group.cancelAll()
          return outcome
        }
        return Event.Outcome()
      }
    }
  }

  // MARK: What is asked for

  private static func goal(_ word: String?, isPartial: Bool, _ blueprint: Blueprint) throws(Exit) -> Up.Goal {
    switch word {
    case "nodes": return .nodes
    case "kubernetes" where !isPartial: return .kubernetes
    case nil: return isPartial ? .nodes : .everything
    case let name? where !isPartial:
      let layers = blueprint.layers.map(\.name)
      if layers.contains(name) { return .layer(name) }
      if name == "layers" { return .layers }
      let known = (["nodes", "kubernetes"] + layers + ["layers"]).joined(separator: ", ")
      throw Exit(.usage, "there is no step '\(name)'; there are \(known)")
    default:
      throw Exit(.usage, "with names of machines, --tags or --skip-tags nothing but machines is prepared")
    }
  }

  /// What is brought up elsewhere.
  private static func refuse(_ blueprint: Blueprint, _ goal: Up.Goal) throws(Exit) {
    if goal == .nodes { return }
    guard let distribution = blueprint.kubernetes?.distribution else {
      throw Exit(.failure, "the cluster file has no 'kubernetes', so none is brought up; leave out --until kubernetes")
    }
    switch distribution {
    case .k3s, .k3d: break
    case .talos:
      throw Exit(
        .failure, "Talos machines are brought up with talosctl and what 'croft talos' writes; see docs/talos.md")
    case .upstream:
      throw Exit(
        .failure,
        "'croft up' brings k3s up; for plain Kubernetes 'croft render' writes the units, and "
          + "'croft up --until nodes' prepares the machines")
    }
    if let node = blueprint.nodes.first(where: { blueprint.system(of: $0) == .nixos }) {
      throw Exit(.failure, "\(node.name) runs NixOS, which Colmena brings up with what 'croft render' writes")
    }
  }
}

/// Set once, seen by all.
private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
