/// One resource an API server serves: where it is found and what can be done with it.
public struct Resource: Sendable, Hashable {
  public var gvk: GroupVersionKind
  /// The name in URLs: `deployments`.
  public var plural: String
  public var isNamespaced: Bool
  public var verbs: Set<String>
  /// `status`, `scale`, `eviction` …
  public var subresources: Set<String>
  public var shortNames: [String]

  public init(
    gvk: GroupVersionKind, plural: String, isNamespaced: Bool, verbs: Set<String> = [],
    subresources: Set<String> = [], shortNames: [String] = []
  ) {
    self.gvk = gvk
    self.plural = plural
    self.isNamespaced = isNamespaced
    self.verbs = verbs
    self.subresources = subresources
    self.shortNames = shortNames
  }
}

/// What an API server serves, in its own order of preference.
public struct Discovery: Sendable {
  public private(set) var resources: [Resource]
  private var byKind: [GroupVersionKind: Int] = [:]
  private var preferred: [GroupKind: Int] = [:]
  /// Groups whose resources could not be read (an aggregated API that is down), with the reason.
  public var unavailable: [String: String]

  /// - Parameter resources: each group's preferred version first.
  public init(resources: [Resource], unavailable: [String: String] = [:]) {
    self.resources = resources
    self.unavailable = unavailable
    for (index, resource) in resources.enumerated() {
      byKind[resource.gvk] = byKind[resource.gvk] ?? index
      preferred[resource.gvk.groupKind] = preferred[resource.gvk.groupKind] ?? index
    }
  }

  /// The resource of exactly this version; `nil` where the server does not serve it.
  public func resource(_ gvk: GroupVersionKind) -> Resource? { byKind[gvk].map { resources[$0] } }

  /// The resource in the server's preferred version.
  public func resource(_ groupKind: GroupKind) -> Resource? { preferred[groupKind].map { resources[$0] } }

  /// Finds a resource as a person names it: `deploy`, `deployment`, `deployments.apps`, `Deployment`.
  public func resource(named name: String) -> Resource? {
    let wanted = name.lowercased()
    return resources.first { resource in
      let group = resource.gvk.group.isEmpty ? "" : "." + resource.gvk.group
      let kind = resource.gvk.kind.lowercased()
      return [kind, resource.plural, kind + group, resource.plural + group].contains(wanted)
        || resource.shortNames.contains(wanted)
    }
  }

  /// What charts ask for as `.Capabilities.APIVersions`: `apps/v1` and `apps/v1/Deployment`.
  public var apiVersions: [String] {
    var seen = Set<String>()
    return resources.flatMap { ["\($0.gvk.apiVersion)", "\($0.gvk.apiVersion)/\($0.gvk.kind)"] }
      .filter { seen.insert($0).inserted }
  }
}
