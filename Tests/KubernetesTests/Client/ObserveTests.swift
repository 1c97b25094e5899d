import JSON
import Kubernetes
import Lab
import Testing

@Suite("Observing", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct ObserveTests {
  /// What an observer knows, as text.
  private func text(_ observation: Observation) -> String {
    switch observation {
    case .snapshot(let objects):
      "snapshot " + objects.map(\.name).filter { $0 != "kube-root-ca.crt" }.joined(separator: ",")
    case .changed(let object): "changed \(object.name)"
    case .deleted(let object): "deleted \(object.name)"
    case .interrupted: "interrupted"
    }
  }

  @Test("What happens while the connection is cut is told afterwards, and so is the cut")
  func cut() async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let cluster = try server.cluster()
      _ = try await cluster.apply(box.configMap("a"), .configMaps, ApplyOptions())
      var told: [String] = []
      for try await observation in cluster.observe(
        .configMaps, namespace: box.namespace, clock: ContinuousClock())
      {
        told.append(text(observation))
        switch told.last {
        case "snapshot a": _ = try await cluster.apply(box.configMap("b"), .configMaps, ApplyOptions())
        case "changed b":
          // The next two connections fail as well.
          try await server.inject(.cut("before", match: "watch=true", times: 2))
          try await server.cutStreams()
        case "interrupted" where told.count == 3:
          _ = try await box.cluster.apply(box.configMap("c"), .configMaps, ApplyOptions())
          try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "a", DeleteOptions())
        default: break
        }
        if told.last == "deleted a" { break }
      }
      #expect(
        told == [
          "snapshot a", "changed b", "interrupted", "interrupted", "interrupted", "changed c", "deleted a",
        ])
    }
  }

  @Test("Where a restarted server has forgotten the version, everything is listed again")
  func expired() async throws {
    try await withControlPlane(.apiServerOnly) { plane in
      let box = try await Sandbox.make(on: plane)
      _ = try await box.cluster.apply(box.configMap("a"), .configMaps, ApplyOptions())
      var told: [String] = []
      for try await observation in box.cluster.observe(.configMaps, namespace: box.namespace, clock: ContinuousClock())
      {
        told.append(text(observation))
        if told == ["snapshot a"] {
          _ = try await box.cluster.apply(box.configMap("b"), .configMaps, ApplyOptions())
        } else if told == ["snapshot a", "changed b"] {
          // A server that starts knows only versions from then on: those of others have gone on meanwhile.
          for _ in 0..<3 { _ = try await Sandbox.make(on: plane) }
          await plane.stopAPIServer()
          try await plane.startAPIServer()
          try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "a", DeleteOptions())
        }
        if told.last == "snapshot b" || told.last == "deleted a" { break }
      }
      #expect(told.prefix(2) == ["snapshot a", "changed b"])
      #expect(told.contains("interrupted"))
      #expect(told.last == "snapshot b")

      await #expect {
        for try await _ in box.cluster.watch(.configMaps, namespace: box.namespace, ListOptions(), from: "1") {}
      } throws: { error in
        guard case KubernetesError.expired(let message) = error else { return false }
        return message.contains("too old resource version")
      }
    }
  }

  @Test("A watch that the server ends goes on without a word")
  func ended() async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let cluster = try server.cluster()
      try await server.inject(.rewrite("timeoutSeconds=", "timeoutSeconds=2&was=", match: "watch=true"))
      async let writing: Void = {
        try await eventually("the second watch") { try await server.requests("watch=true").count == 2 ? true : nil }
        _ = try await box.cluster.apply(box.configMap("a"), .configMaps, ApplyOptions())
      }()
      var told: [String] = []
      for try await observation in cluster.observe(.configMaps, namespace: box.namespace, clock: ContinuousClock()) {
        told.append(text(observation))
        if told.last == "changed a" { break }
      }
      try await writing
      #expect(told == ["snapshot ", "changed a"])
      let watches = try await server.requests("watch=true")
      #expect(watches.count == 2)
    }
  }

  @Test("No permission ends it")
  func forbidden() async throws {
    let plane = try await SharedServer.shared.plane()
    let access = try ClusterAccess.load(kubeconfig: try await plane.addUser("nobody"), environment: [:])
    let cluster = Cluster(access, clock: ContinuousClock())
    await #expect {
      for try await _ in cluster.observe(.configMaps, namespace: "default", clock: ContinuousClock()) {}
    } throws: { error in
      guard case KubernetesError.status(let failure) = error else { return false }
      return failure.code == 403 && failure.description.contains("nobody")
    }
  }
}
