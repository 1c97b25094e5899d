import JSON

/// One API group as a server describes it, in either form of discovery.
struct APIGroup: Sendable {
  /// A resource, or a subresource (`pods/eviction`), with the kind that it takes.
  struct Entry: Sendable {
    var name: String
    var kind: GroupVersionKind
    var isNamespaced: Bool
    var verbs: [String] = []
    var shortNames: [String] = []
  }
  struct Version: Sendable {
    var name: String
    var entries: [Entry] = []
  }

  var name: String
  /// The preferred one first.
  var versions: [Version]
  /// Why (some of) its resources could not be read.
  var problem: String?

  init(name: String, versions: [String]) {
    self.name = name
    self.versions = versions.map { Version(name: $0) }
  }

  /// An element of an `APIGroupList`.
  init(listed json: JSON) {
    let versions = (json["versions"]?.array ?? []).compactMap { $0["version"]?.string }
    let preferred = json["preferredVersion"]?["version"]?.string
    self.init(
      name: json["name"]?.string ?? "",
      versions: versions.filter { $0 == preferred } + versions.filter { $0 != preferred })
  }

  /// The elements of an `APIResourceList`.
  static func entries(listed json: JSON, group: String, version: String) -> [Entry] {
    (json["resources"]?.array ?? []).compactMap { json in
      guard let name = json["name"]?.string, let kind = json["kind"]?.string else { return nil }
      return Entry(
        name: name,
        kind: GroupVersionKind(
          group: json["group"]?.string ?? group, version: json["version"]?.string ?? version, kind: kind),
        isNamespaced: json["namespaced"]?.bool ?? false, verbs: strings(json["verbs"]),
        shortNames: strings(json["shortNames"]))
    }
  }

  /// An `APIGroupDiscovery` of apidiscovery.k8s.io v2 or v2beta1.
  init(aggregated json: JSON) {
    name = json["metadata"]?["name"]?.string ?? ""
    versions = []
    for version in json["versions"]?.array ?? [] {
      guard let versionName = version["version"]?.string else { continue }
      if version["freshness"]?.string == "Stale" {
        problem = "the server behind \(name)/\(versionName) does not answer; what it served last may be gone"
      }
      let entries = (version["resources"]?.array ?? []).flatMap { resource in
        Self.entries(aggregated: resource, group: name, version: versionName)
      }
      versions.append(Version(name: versionName, entries: entries))
    }
  }

  private static func entries(aggregated json: JSON, group: String, version: String) -> [Entry] {
    guard let name = json["resource"]?.string else { return [] }
    let isNamespaced = json["scope"]?.string == "Namespaced"
    func entry(_ name: String, _ json: JSON) -> Entry {
      let kind = json["responseKind"]
      func part(_ key: String) -> String? { kind?[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }
      return Entry(
        name: name,
        kind: GroupVersionKind(
          group: kind?["group"]?.string ?? group, version: part("version") ?? version, kind: part("kind") ?? ""),
        isNamespaced: isNamespaced, verbs: strings(json["verbs"]), shortNames: strings(json["shortNames"]))
    }
    return [entry(name, json)]
      + (json["subresources"]?.array ?? []).map { entry("\(name)/\($0["subresource"]?.string ?? "")", $0) }
  }

  private static func strings(_ json: JSON?) -> [String] { (json?.array ?? []).compactMap(\.string) }
}

extension DiscoveryReading {
  init(groups: [APIGroup]) {
    var resources: [Resource] = []
    var unavailable: [String: String] = [:]
    var eviction: GroupVersionKind?
    for group in groups {
      unavailable[group.name] = group.problem
      for version in group.versions {
        var index: [String: Int] = [:]
        for entry in version.entries where !entry.name.contains("/") {
          index[entry.name] = resources.count
          // The group and version of the URL, whatever kind the server answers with.
          let kind = GroupVersionKind(group: group.name, version: version.name, kind: entry.kind.kind)
          resources.append(
            Resource(
              gvk: kind, plural: entry.name, isNamespaced: entry.isNamespaced, verbs: Set(entry.verbs),
              shortNames: entry.shortNames))
        }
        for entry in version.entries where entry.name.contains("/") {
          let parts = entry.name.split(separator: "/", maxSplits: 1)
          if let owner = index[String(parts[0])] { resources[owner].subresources.insert(String(parts[1])) }
          if group.name.isEmpty, entry.name == "pods/eviction" { eviction = entry.kind }
        }
      }
    }
    discovery = Discovery(resources: resources, unavailable: unavailable)
    evictionVersion = eviction?.apiVersion ?? "policy/v1"
  }
}
