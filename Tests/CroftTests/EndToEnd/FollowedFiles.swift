import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Testing

/// The files of a cluster that an engine is to follow.
struct FollowedFiles: Sendable {
  /// `flux` or `argocd`.
  let engine: String
  let home: EndToEnd.Home
  /// What the cluster file begins with.
  var head = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: follows

    """

  private var isFlux: Bool { engine == "flux" }

  /// The release of the engine brings its definitions and nothing else.
  func write(value: String = "one") async throws {
    let own = isFlux ? ["source.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io"] : ["argoproj.io"]
    for (kind, definition) in try Definitions.all() where own.contains(kind.group) {
      try home.write("crds/\(kind).yaml", definition.json.text)
    }
    if isFlux, !FileManager.default.fileExists(atPath: key) {
      try home.write("cluster.yaml", head + "secrets: {backend: sops, recipients: []}\n")
      let made = try await home.croft("secrets", "init")
      try #require(made.isSuccess, "\(made)")
      try home.write("cluster.yaml", head + "secrets: {backend: sops, recipients: [\(try recipient())]}\n")
      let set = try await home.croft("secrets", "set", "shared", "password", input: "a-secret")
      try #require(set.isSuccess, "\(set)")
    }
    try home.write(
      "cluster.yaml",
      head + """
        gitops: {engine: \(engine), repository: "\(UserRepository.url)"}
        \(isFlux ? "secrets: {backend: sops, recipients: [\(try recipient())]}" : "")
        platform:
          \(engine): {namespace: \(EngineStandIn.namespace(of: engine)), manifests: [crds]}
        apps:
          settings:
            namespace: settings
            \(isFlux ? "secrets: [shared]" : "dependsOn: []")
            manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {value: \(value)}}]

        """)
  }

  private var key: String { home.folder + "/.config/sops/age/keys.txt" }

  /// As the file of the key says.
  private func recipient() throws -> String {
    let text = try String(contentsOfFile: key, encoding: .utf8)
    return try #require(
      text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init).first { $0.hasPrefix("age1") })
  }
}
