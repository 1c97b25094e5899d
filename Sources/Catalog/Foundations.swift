package import Blueprint

extension Blueprint {
  /// Nothing starts before pods have a network and names, and nothing that keeps data before there are volumes, as far as
  /// components of the catalogue bring these. What they need themselves comes before them.
  package func startingAfterFoundations() -> Blueprint {
    var blueprint = self
    var needs = Dictionary(releases.map { ($0.name, ($0.dependsOn + $0.after).map(\.name)) }) { first, _ in first }
    for component in ["cilium", "coredns"] + StorageChoice.providers {
      let isStorage = StorageChoice.providers.contains(component)
      for name in components.filter({ $0.component == component }).map(\.name) {
        let earlier = predecessors(of: name, needs)
        for index in blueprint.releases.indices {
          let release = blueprint.releases[index].name
          guard !earlier.contains(release), needs[release]?.contains(name) != true,
            !isStorage || blueprint.releases[index].needsVolumes
          else { continue }
          blueprint.releases[index].after.append(Dependency(name: name, span: blueprint.releases[index].span))
          needs[release]?.append(name)
        }
      }
    }
    return blueprint
  }

  /// A release and all that come before it.
  private func predecessors(of name: String, _ needs: [String: [String]]) -> Set<String> {
    var seen: Set<String> = [name]
    var open = [name]
    while let name = open.popLast() {
      for next in needs[name] ?? [] where seen.insert(next).inserted { open.append(next) }
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
