import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Testing

extension EndToEnd {
  /// `croft up` on a cluster that is there, up to the hand-over to Argo CD and to Flux: a real API server with the
  /// engines' own definitions, and a real repository, to which git is led by the user's own settings (`insteadOf`).
  ///
  /// No controller of an engine can run here, because there are no images: `Engine` stands in for it. It makes what the
  /// engine would make of Git, and writes the status that the controllers write.
  @Suite(
    .enabled(if: Definitions.isThere, "\(Definitions.comment)"),
    .enabled(if: Executable.find("age") != nil, "needs age (scripts/setup)"))
  struct HandOvers {
    @Test(arguments: ["flux", "argocd"])
    func theEngineTakesOverWhatWasDeployed(_ engine: String) async throws {
      try await withControlPlane { plane in
        let cluster = Cluster(plane.access, clock: ContinuousClock())
        try await EndToEnd.withHome(plane) { home in
          let repository = Repository(home: home)
          let stand = Engine(name: engine, home: home, cluster: cluster)
          try await stand.writeFiles()
          try await repository.make()
          try await refused(home, stand, repository)
          try await taken(home, stand, repository)
          try await followed(home, stand, repository)
          try await killed(home, stand, repository)
        }
        await cluster.close()
      }
    }

    /// As long as the repository does not hold what was deployed, the engine gets nothing, and the message says why.
    private func refused(_ home: Home, _ stand: Engine, _ repository: Repository) async throws {
      let empty = try await home.croft("up", "--yes")
      #expect(empty.status == .exited(1), "\(empty)")
      #expect(empty.text.contains("gitops/\(stand.name) failed: \(Repository.url) has no branch 'main'; it is empty"))
      #expect(try await home.kubectl("get", "configmap", "-n", "settings", "-o", "name").contains("configmap/settings"))

      try await repository.push("cluster.yaml", to: "master")
      let branch = try await home.croft("up", "--yes")
      #expect(branch.text.contains("has no branch 'main'; it has 'master'"), "\(branch)")

      try await repository.push("cluster.yaml", to: "main")
      let missing = try await home.croft("up", "--yes", "-o", "json")
      #expect(missing.status == .exited(1), "\(missing)")
      #expect(missing.finished?["failed"] == [.string("gitops/\(stand.name)")])
      #expect(missing.text.contains("generated/README.md is missing"), "\(missing)")
      #expect(missing.text.contains("croft render && git add generated && git commit && git push"), "\(missing)")

      #expect(try await home.croft("render").status == .exited(0))
      try home.write("generated/manifests/settings/objects.yaml", "edited: true\n")
      try await repository.push("generated", to: "main")
      let edited = try await home.croft("up", "--dry-run")
      #expect(edited.status == .exited(0), "\(edited)")
      #expect(edited.text.contains("is not what was deployed: generated/manifests/settings/objects.yaml differs;"))
      #expect(try await home.croft("render", "--force").status == .exited(0))
      try await repository.push("generated", to: "main")

      try repository.lead(to: home.folder + "/nothing.git")
      let away = try await home.croft("up", "--yes")
      #expect(away.status == .exited(1), "\(away)")
      #expect(away.text.contains("gitops/\(stand.name) failed: \(Repository.url) cannot be read: "), "\(away)")
      try repository.lead(to: repository.path)
      #expect(try await !stand.hasBegun(), "the engine was given nothing")
    }

    /// The hand-over is one more part of the run; a second run changes nothing.
    private func taken(_ home: Home, _ stand: Engine, _ repository: Repository) async throws {
      let layers = try await home.croft("up", "--yes", "--until", "layers", "-o", "json")
      #expect(layers.status == .exited(0), "\(layers)")
      #expect(layers.finished?["ready"]?.array?.contains(.string("gitops/\(stand.name)")) == false)

      let commit = try await repository.commit()
      let dry = try await home.croft("up", "--dry-run")
      #expect(dry.text.contains("commit \(commit.prefix(7)) of main holds what is deployed"), "\(dry)")
      #expect(try await !stand.hasBegun())

      async let played: Void = stand.play(commit)
      let run = try await home.croft("up", "--yes", "-o", "json")
      try await played
      #expect(run.status == .exited(0), "\(run)")
      #expect(run.finished?["ready"]?.array?.last == .string("gitops/\(stand.name)"))
      #expect(run.text.contains(#"{"name":"hand-over","releases":["gitops/\#(stand.name)"]}"#))
      #expect(run.text.contains(#""event":"waiting","release":"gitops/\#(stand.name)""#))
      try await stand.expectKey()

      let again = try await home.croft("up", "--yes", "-o", "json")
      #expect(again.status == .exited(0), "\(again)")
      #expect(again.finished?["changes"] == 0, "\(again)")
      let plain = try await home.croft("up", "--yes")
      #expect(plain.text.contains("gitops/\(stand.name): ready, unchanged"), "\(plain)")
      #expect(plain.text.contains("0 changes"), "\(plain)")
    }

    /// A later commit: the engine is told to look, and awaited there.
    private func followed(_ home: Home, _ stand: Engine, _ repository: Repository) async throws {
      try await stand.writeFiles(value: "two")
      let late = try await home.croft("up", "--yes")
      #expect(late.text.contains("generated/manifests/settings/objects.yaml differs"), "\(late)")
      #expect(try await home.croft("render").status == .exited(0))
      try await repository.push("generated", to: "main")
      let commit = try await repository.commit()
      async let played: Void = stand.play(commit, onlyWhenAsked: true)
      let run = try await home.croft("up", "--yes", "-o", "json")
      try await played
      #expect(run.status == .exited(0), "\(run)")
      #expect(run.finished?["changes"] == 0, "\(run)")
    }

    /// A run that is killed while it waits for the engine: the next one goes on.
    private func killed(_ home: Home, _ stand: Engine, _ repository: Repository) async throws {
      try await stand.writeFiles(value: "three")
      #expect(try await home.croft("render").status == .exited(0))
      try await repository.push("generated", to: "main")
      let commit = try await repository.commit()
      let log = home.folder + "/killed.log"
      let process = try Command(
        croftPath, ["up", "--yes", "-o", "json"], environment: home.environment.mapValues { Optional($0) },
        directory: home.folder
      ).start(standardOutput: .file(log), standardError: .file(log))
      for _ in 0..<1200 {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        if text.contains(#""event":"waiting","release":"gitops/\#(stand.name)""#) { break }
        try await Task.sleep(for: .milliseconds(50), clock: .continuous)
      }
      process.signal(SIGKILL)
      _ = try await process.wait()
      async let played: Void = stand.play(commit)
      let run = try await home.croft("up", "--yes", "-o", "json")
      try await played
      #expect(run.status == .exited(0), "\(run)")
      #expect(run.text.contains(#""interrupted":["gitops/\#(stand.name)"]"#), "\(run)")
    }
  }
}

/// A bare repository, under an address that only the user's own git settings lead to.
private struct Repository: Sendable {
  static let url = "https://git.example.net/home/cluster.git"
  let home: EndToEnd.Home
  var path: String { home.folder + "/remote.git" }

  func make() async throws {
    try lead(to: path)
    try await git("init", "--quiet", "--bare", path)
    try await git("init", "--quiet", home.folder)
  }

  func lead(to path: String) throws {
    try home.write(
      ".gitconfig",
      "[user]\n  name = Ann\n  email = ann@example.net\n[url \"file://\(path)\"]\n  insteadOf = \(Self.url)\n")
  }

  func push(_ file: String, to branch: String) async throws {
    try await git("add", "--all", file)
    try await git("commit", "--quiet", "--allow-empty", "--message", "A change")
    try await git("push", "--quiet", Self.url, "HEAD:refs/heads/\(branch)")
  }

  func commit() async throws -> String {
    try await git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @discardableResult
  private func git(_ arguments: String...) async throws -> String {
    let output = try await Command(
      "git", arguments, environment: ["HOME": home.folder, "GIT_CONFIG_NOSYSTEM": "1"], directory: home.folder
    ).run(timeout: .seconds(60))
    try #require(output.isSuccess, "git \(arguments): \(output)")
    return output.text
  }
}

/// Stands in for the controllers of an engine.
private struct Engine: Sendable {
  let name: String
  let home: EndToEnd.Home
  let cluster: Cluster

  private var isFlux: Bool { name == "flux" }
  private var namespace: String { isFlux ? "flux-system" : "argocd" }

  // MARK: The cluster file

  /// The release of the engine brings its definitions and nothing else.
  func writeFiles(value: String = "one") async throws {
    let own = isFlux ? ["source.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io"] : ["argoproj.io"]
    for (kind, definition) in try Definitions.all() where own.contains(kind.group) {
      try home.write("crds/\(kind).yaml", definition.json.text)
    }
    var secrets = ""
    if isFlux {
      try home.write("cluster.yaml", "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: follows\n")
      let key = home.folder + "/.config/sops/age/keys.txt"
      if !FileManager.default.fileExists(atPath: key) {
        try home.write(
          "cluster.yaml",
          "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: follows\nsecrets: {backend: sops, recipients: []}\n")
        let made = try await home.croft("secrets", "init")
        try #require(made.isSuccess, "\(made)")
        let recipient = try recipient()
        try home.write(
          "cluster.yaml",
          "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: follows\n"
            + "secrets: {backend: sops, recipients: [\(recipient)]}\n")
        let set = try await home.croft("secrets", "set", "shared", "password", input: "a-secret")
        try #require(set.isSuccess, "\(set)")
      }
      secrets = "secrets: {backend: sops, recipients: [\(try recipient())]}"
    }
    try home.write(
      "cluster.yaml",
      """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: follows
      gitops: {engine: \(name), repository: "\(Repository.url)"}
      \(secrets)
      platform:
        \(name): {namespace: \(namespace), manifests: [crds]}
      apps:
        settings:
          namespace: settings
          \(isFlux ? "secrets: [shared]" : "dependsOn: []")
          manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {value: \(value)}}]

      """)
  }

  /// As the file of the key says.
  private func recipient() throws -> String {
    let text = try String(contentsOfFile: home.folder + "/.config/sops/age/keys.txt", encoding: .utf8)
    return try #require(
      text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init).first { $0.hasPrefix("age1") })
  }

  // MARK: What its controllers do

  private var first: (kind: GroupKind, name: String) {
    isFlux
      ? (GroupKind("Kustomization.kustomize.toolkit.fluxcd.io"), "cluster")
      : (GroupKind("Application.argoproj.io"), "root")
  }

  private var source: (kind: GroupKind, name: String) {
    isFlux ? (GroupKind("GitRepository.source.toolkit.fluxcd.io"), "cluster") : first
  }

  private func object(_ place: (kind: GroupKind, name: String)) async throws -> Object? {
    guard let resource = try await cluster.discovery(refresh: true).resource(place.kind) else { return nil }
    return try await cluster.get(resource, namespace: namespace, name: place.name)
  }

  func hasBegun() async throws -> Bool { try await object(first) != nil }

  /// Waits for what it is given, makes the rest of what Git holds, and says that all of it is at the commit.
  /// - Parameter onlyWhenAsked: looks at the repository when it is told to, and not before.
  func play(_ commit: String, onlyWhenAsked: Bool = false) async throws {
    var isGiven = false
    for _ in 0..<600 where !isGiven {
      if let source = try await object(source), try await hasBegun() {
        let asked = source.annotation(isFlux ? "reconcile.fluxcd.io/requestedAt" : "argocd.argoproj.io/refresh")
        isGiven = !onlyWhenAsked || asked != nil
      }
      if !isGiven { try await Task.sleep(for: .milliseconds(100), clock: .continuous) }
    }
    try #require(isGiven, "the engine is given what it begins with")
    let apply = ["apply", "--server-side", "--force-conflicts", "--field-manager"]
    if isFlux {
      try await kubectl(apply + ["kustomize-controller", "-k", "generated/flux"])
    } else {
      try await kubectl(
        apply + [
          "argocd-controller", "-f", "generated/argocd/infrastructure", "-f", "generated/argocd/apps", "-f",
          "generated/argocd/bootstrap/projects.yaml",
        ])
    }
    // Nothing counts as long as this is another commit.
    try await report("ffffffffffffffffffffffffffffffffffffffff")
    try await report(commit)
  }

  private func report(_ commit: String) async throws {
    let discovery = try await cluster.discovery(refresh: true)
    for kind in Set([first.kind, source.kind]) {
      let resource = try #require(discovery.resource(kind))
      for object in try await cluster.list(resource, namespace: namespace, ListOptions()).items {
        let status = status(of: object, kind, at: commit)
        _ = try await cluster.patch(
          resource, namespace: namespace, name: object.name, .merge(["status": status]),
          subresource: isFlux ? "status" : nil, dryRun: false)
      }
    }
  }

  private func status(of object: Object, _ kind: GroupKind, at commit: String) -> JSON {
    let revision = JSON.string("main@sha1:\(commit)")
    let ready: JSON = [
      "type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored",
      "observedGeneration": .int(object.generation ?? 1),
      "lastTransitionTime": "2026-01-01T00:00:00Z",
    ]
    switch kind.kind {
    case "GitRepository":
      return [
        "observedGeneration": .int(object.generation ?? 1), "conditions": [ready],
        "artifact": [
          "revision": revision, "digest": "sha256:00", "lastUpdateTime": "2026-01-01T00:00:00Z", "path": "a",
          "url": "b",
        ],
      ]
    case "Kustomization":
      return [
        "observedGeneration": .int(object.generation ?? 1), "conditions": [ready], "lastAppliedRevision": revision,
      ]
    default:
      let sources = object.json[path: "spec", "sources"]?.array
      var sync: JSON = ["status": "Synced", "revision": .string(commit)]
      if let sources { sync = ["status": "Synced", "revisions": .array(sources.map { _ in .string(commit) })] }
      return ["sync": sync, "health": ["status": "Healthy"]]
    }
  }

  private func kubectl(_ arguments: [String]) async throws {
    let output = try await Command(
      Lab.kubectl, ["--kubeconfig", home.kubeconfig] + arguments, directory: home.folder
    ).run(timeout: .seconds(60))
    try #require(output.isSuccess, "kubectl \(arguments.joined(separator: " ")): \(output.errorText)")
  }

  /// Flux decrypts with the user's key; Argo CD does not decrypt.
  func expectKey() async throws {
    guard isFlux else { return }
    let key = try await home.kubectl(
      "get", "secret", "sops-age", "-n", namespace, "-o", #"jsonpath={.data.croft\.agekey}"#)
    let text = String(decoding: try #require(Data(base64Encoded: key)), as: UTF8.self)
    #expect(text.hasPrefix("AGE-SECRET-KEY-"))
    #expect(try String(contentsOfFile: home.folder + "/.config/sops/age/keys.txt", encoding: .utf8).contains(text))
  }
}
