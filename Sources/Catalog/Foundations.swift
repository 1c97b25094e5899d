package import Blueprint

extension Blueprint {
  /// Nothing starts before pods have a network and names, and nothing that keeps data before there are volumes, as far as
  /// components of the catalogue bring these. What they need themselves comes before them.
  package func startingAfterFoundations() -> Blueprint {
    var blueprint = self
    for component in ["cilium", "coredns"] + StorageChoice.providers {
      let isStorage = StorageChoice.providers.contains(component)
      for name in components.filter({ $0.component == component }).map(\.name) {
        let earlier = blueprint.predecessors(of: name)
        for index in blueprint.releases.indices {
          let release = blueprint.releases[index]
          guard !earlier.contains(release.name), !isStorage || release.needsVolumes,
            !(release.dependsOn + release.after).contains(where: { $0.name == name })
          else { continue }
          blueprint.releases[index].after.append(Dependency(name: name, span: release.span))
        }
      }
    }
    return blueprint
  }

  /// A release and all that come before it.
  private func predecessors(of name: String) -> Set<String> {
    let byName = Dictionary(releases.map { ($0.name, $0) }) { first, _ in first }
    var seen: Set<String> = [name]
    var open = [name]
    while let name = open.popLast() {
      guard let release = byName[name] else { continue }
      for next in release.dependsOn + release.after where seen.insert(next.name).inserted { open.append(next.name) }
    }
    return seen
  }
}

extension Release {
  fileprivate var needsVolumes: Bool {
    if database != nil { return true }
    return workload?.storage.contains { if case .claim = $0.source { true } else { false } } == true
  }
}
