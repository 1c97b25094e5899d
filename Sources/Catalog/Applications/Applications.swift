import Blueprint
import JSON

/// What applications ask of the platform, on its way to becoming objects and dependencies of their releases.
struct Applications {
  var blueprint: Blueprint
  let platform: Platform
  /// Who has to reach whom, and why.
  var flows: [Flow] = []
  /// Secrets with certificates that are made already: `namespace/name`.
  var certified: Set<String> = []
  /// Hosts that have a way to sign in already.
  var protected: Set<String> = []
  /// What authentik has to know of.
  var identities: [ProtectedHost] = []
  /// Secrets that are fetched already: `namespace/name`.
  var provided: Set<String> = []
  /// How often Longhorn has to keep volumes elsewhere.
  var longhornBackups: Set<String> = []
  /// Hosts that each Traefik serves, by its release.
  var traefikHosts: [String: [String]] = [:]
  /// Hosts that are reached through a Gateway of the Gateway API.
  var gatewayHosts: [Exposure.Gateway: [String]] = [:]
  /// The releases as they were asked for, before anything was added.
  let asked: [Release]
  /// What the components of the catalogue say of themselves.
  let parts: [ComponentPart]
  private let indices: [String: Int]

  init(_ blueprint: Blueprint) {
    self.blueprint = blueprint
    platform = Platform(blueprint)
    asked = blueprint.releases
    parts = blueprint.contributions
    indices = Dictionary(blueprint.releases.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  func index(of release: String) -> Int? { indices[release] }

  /// Adds objects that only make sense once others are ready. They belong to the release that asks; to the provider
  /// where that is deployed later.
  mutating func add(_ objects: [JSON], to index: Int, needing providers: [Platform.Part]) {
    let name = blueprint.releases[index].name
    var owner = index
    for provider in providers where provider.name != name {
      if let later = indices[provider.name], reaches(from: later, to: name) { owner = later }
    }
    for provider in providers { depend(owner, on: provider.name) }
    blueprint.releases[owner].additions += objects
  }

  /// Makes a release wait for another, unless that waits for it.
  mutating func depend(_ index: Int, on name: String) {
    let release = blueprint.releases[index]
    guard name != release.name, let provider = indices[name], !release.dependsOn.contains(where: { $0.name == name }),
      !reaches(from: provider, to: release.name)
    else { return }
    blueprint.releases[index].after.removeAll { $0.name == name }
    blueprint.releases[index].dependsOn.append(Dependency(name: name, span: release.span))
  }

  /// Whether a release comes after another, directly or not.
  private func reaches(from start: Int, to name: String) -> Bool {
    var seen: Set<String> = []
    var open = [start]
    while let index = open.popLast() {
      let release = blueprint.releases[index]
      for next in release.dependsOn + release.after where seen.insert(next.name).inserted {
        if next.name == name { return true }
        if let index = indices[next.name] { open.append(index) }
      }
    }
    return false
  }

  /// Lays values over those that the catalogue has computed, and under those that a user of the same chart gives.
  mutating func configure(_ part: Platform.Part, _ values: JSON) {
    guard let index = indices[part.name] else { return }
    blueprint.releases[index].values = values.overlaid(with: blueprint.releases[index].values)
  }
}

extension Release {
  /// The metadata of an object that Croft adds to it.
  func metadata(_ name: String, namespace: String? = nil, annotations: [String: String] = [:]) -> JSON {
    .members([
      "name": .string(name),
      "namespace": .string(namespace ?? self.namespace.name),
      "labels": [
        "app.kubernetes.io/instance": .string(self.name), "app.kubernetes.io/managed-by": "croft",
      ],
      "annotations": annotations.isEmpty ? nil : .strings(annotations),
    ])
  }

  var workload: Workload? {
    get { if case .image(let workload) = source { workload } else { nil } }
    set { if let newValue { source = .image(newValue) } }
  }
}
