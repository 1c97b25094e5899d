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
  /// No controller of an engine can run here, because there are no images: `EngineStandIn` makes what the engine would
  /// make of Git, and writes the status that the controllers write.
  @Suite(
    .enabled(if: Definitions.isThere, "\(Definitions.comment)"),
    .enabled(if: Executable.find("age") != nil, "needs age (scripts/setup)"))
  struct HandOvers {
    @Test(arguments: ["flux", "argocd"])
    func theEngineTakesOverWhatWasDeployed(_ engine: String) async throws {
      try await withControlPlane { plane in
        let cluster = Cluster(plane.access, clock: ContinuousClock())
        try await EndToEnd.withHome(plane) { home in
          let repository = UserRepository(home: home)
          let stand = EngineStandIn(name: engine, home: home, cluster: cluster)
          let files = FollowedFiles(engine: engine, home: home)
          try await files.write()
          try await repository.make()
          try await refused(home, stand, repository)
          try await taken(home, stand, repository)
          try await followed(home, files, stand, repository)
          try await killed(home, files, stand, repository)
        }
        await cluster.close()
      }
    }

    /// As long as the repository does not hold what was deployed, the engine gets nothing, and the message says why.
    private func refused(_ home: Home, _ stand: EngineStandIn, _ repository: UserRepository) async throws {
      let empty = try await home.croft("up", "--yes")
      #expect(empty.status == .exited(1), "\(empty)")
      #expect(
        empty.text.contains("gitops/\(stand.name) failed: \(UserRepository.url) has no branch 'main'; it is empty"))
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
      #expect(away.text.contains("gitops/\(stand.name) failed: \(UserRepository.url) cannot be read: "), "\(away)")
      try repository.lead(to: repository.path)
      #expect(try await !stand.hasBegun(), "the engine was given nothing")
    }

    /// The hand-over is one more part of the run; a second run changes nothing.
    private func taken(_ home: Home, _ stand: EngineStandIn, _ repository: UserRepository) async throws {
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
    private func followed(
      _ home: Home, _ files: FollowedFiles, _ stand: EngineStandIn, _ repository: UserRepository
    ) async throws {
      try await files.write(value: "two")
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
    private func killed(
      _ home: Home, _ files: FollowedFiles, _ stand: EngineStandIn, _ repository: UserRepository
    ) async throws {
      try await files.write(value: "three")
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

    /// From a machine with nothing but SSH to an engine that follows Git, in one run.
    @Test(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"))
    func aBareMachineEndsInTheHandsOfItsEngine() async throws {
      try await BareMachines.withCluster(["cow"]) { bare in
        let home = bare.home
        let repository = UserRepository(home: home)
        try await FollowedFiles(engine: "argocd", home: home, head: bare.file(apps: "")).write()
        try await repository.make()
        #expect(try await home.croft("render").status == .exited(0))
        try await repository.push("generated", to: "main")
        let commit = try await repository.commit()

        async let played: Void = withFirstAccess(home) { access in
          let cluster = Cluster(access, clock: ContinuousClock())
          try await EngineStandIn(name: "argocd", home: home, cluster: cluster).play(commit)
          await cluster.close()
        }
        let run = try await home.croft(["up", "--yes", "-o", "json"], timeout: .seconds(300))
        try await played
        #expect(run.status == .exited(0), "\(run)")
        #expect(run.finished?["ready"]?.array?.last == "gitops/argocd", "\(run)")

        let again = try await home.croft(["up", "--yes", "-o", "json"], timeout: .seconds(300))
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.finished?["changes"] == 0, "\(again)")
      }
    }

    /// Waits for the kubeconfig that `croft up` fetches.
    private func withFirstAccess(_ home: Home, _ body: (ClusterAccess) async throws -> Void) async throws {
      for _ in 0..<1500 {
        if FileManager.default.fileExists(atPath: home.kubeconfig) {
          return try await body(ClusterAccess.load(kubeconfig: home.kubeconfig, environment: [:]))
        }
        try await Task.sleep(for: .milliseconds(200), clock: .continuous)
      }
      Issue.record("croft up fetched no kubeconfig")
    }
  }
}
