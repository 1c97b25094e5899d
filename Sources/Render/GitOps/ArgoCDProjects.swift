import Blueprint
import Catalog
import JSON

/// Argo CD's projects: one for each concern of the catalogue that the platform has something of, one for the rest of the
/// platform, one for applications. A project may fetch what its releases are made from, and go where they are.
struct ArgoCDProjects {
  let blueprint: Blueprint
  let gitops: GitOpsSpec
  /// By release.
  private let concerns: [String: Concern]

  init(blueprint: Blueprint, gitops: GitOpsSpec) {
    self.blueprint = blueprint
    self.gitops = gitops
    concerns = blueprint.concerns
  }

  static let apps = "apps"

  func name(of release: Release) -> String {
    release.section == .apps ? Self.apps : concerns[release.name]?.rawValue ?? Release.Section.platform.rawValue
  }

  func objects(in namespace: String) -> [JSON] {
    let members = Dictionary(grouping: blueprint.releases, by: name(of:))
    return members.sorted { $0.key < $1.key }.map { name, releases in
      let repositories = Set([gitops.repository] + releases.compactMap { ChartPlace($0)?.repository }).sorted()
      let namespaces = Set(releases.flatMap(Self.namespaces)).sorted()
      // An application has no business outside its namespaces.
      let everything: JSON = [["group": "*", "kind": "*"]]
      return [
        "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
        "metadata": ["name": .string(name), "namespace": .string(namespace)],
        "spec": [
          "description": .string(Self.description(of: name)),
          "sourceRepos": .array(repositories.map { .string($0) }),
          "destinations": .array(
            namespaces.map { ["server": .string(ArgoCDTree.cluster), "namespace": .string($0)] }),
          "clusterResourceWhitelist": name == Self.apps ? [["group": "", "kind": "Namespace"]] : everything,
        ],
      ]
    }
  }

  /// The release's own, and those of its objects that stand elsewhere: a route beside a gateway, a certificate.
  private static func namespaces(of release: Release) -> [String] {
    [release.namespace.name]
      + (release.additions + Catalog.objects(for: release)).compactMap { $0[path: "metadata", "namespace"]?.string }
  }

  private static func description(of name: String) -> String {
    switch Concern(rawValue: name) {
    case .network: "How pods and people reach each other"
    case .certificates: "Certificates, and whom to trust"
    case .databases: "Databases and brokers"
    case .storage: "Volumes, buckets and their copies"
    case .security: "Who somebody is, and what is secret"
    case .gitOps: "What keeps the cluster as Git has it"
    case .observability: "Metrics, logs and pages that show them"
    case .operations: "What keeps the cluster itself in order"
    case nil: name == apps ? "Applications" : "What applications stand on"
    }
  }
}
