import Blueprint

/// A wait of the file, with who waits.
struct Wait {
  enum Owner: Equatable {
    case release(String)
    /// The position of a declared layer.
    case layer(Int)
  }
  var target: WaitTarget
  var owner: Owner

  static func all(in blueprint: Blueprint) -> [Wait] {
    blueprint.layers.enumerated().flatMap { index, layer in
      layer.waitFor.map { Wait(target: $0, owner: .layer(index)) }
    }
      + blueprint.releases.flatMap { release in release.waitFor.map { Wait(target: $0, owner: .release(release.name)) }
      }
  }
}

extension Subject {
  /// `release 'web'`, `layer 'core'`: who waits.
  func name(of owner: Wait.Owner) -> String {
    switch owner {
    case .release(let name): "'\(name)'"
    case .layer(let index): "layer '\(blueprint.layers[index].name)'"
    }
  }

  /// Whether a release starts only when this wait is over, so that nothing it makes can end the wait.
  func starts(_ release: String, after owner: Wait.Owner) -> Bool {
    switch owner {
    case .release(let name): name != release && isDeployed(name, before: release)
    case .layer(let index): (graph.layer(of: release) ?? 0) > index
    }
  }

  /// The objects that a wait is for, as far as the releases are known.
  func objects(for target: WaitTarget) -> [KnownObject] {
    let kind = KindName(target.resource)
    return objects.named(target.name).filter {
      kind.matches($0) && ($0.namespace == nil || $0.namespace == target.namespace)
    }
  }

  /// Releases that put something into the namespace.
  func releases(in namespace: String) -> [Release] {
    let makers = Set(objects.in(namespace).map(\.release))
    return blueprint.releases.filter { $0.namespace.name == namespace || makers.contains($0.name) }
  }

  /// Namespaces that releases go into or make.
  var namespaces: [String] {
    var seen: Set<String> = []
    return
      (blueprint.releases.map(\.namespace.name) + objects.all.compactMap(\.namespace)
      + objects.all.filter { $0.kind == "Namespace" }.map(\.name)).filter { seen.insert($0).inserted }
  }
}

/// Namespaces that every cluster has, with objects that no release makes.
let namespacesOfKubernetes: Set<String> = ["default", "kube-system", "kube-public", "kube-node-lease"]
