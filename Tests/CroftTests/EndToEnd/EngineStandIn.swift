import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Testing

/// Stands in for the controllers of an engine.
struct EngineStandIn: Sendable {
  let name: String
  let home: EndToEnd.Home
  let cluster: Cluster

  private var isFlux: Bool { name == "flux" }
  private var namespace: String { Self.namespace(of: name) }

  static func namespace(of engine: String) -> String { engine == "flux" ? "flux-system" : "argocd" }

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
    ).run(timeout: .seconds(300))
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
