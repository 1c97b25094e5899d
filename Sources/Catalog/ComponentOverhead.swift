public import Blueprint

/// What the components of the platform ask for themselves.
public struct PlatformOverhead: Sendable, Equatable {
  /// MiB.
  public var memory = 0
  /// MiB on each node.
  public var memoryPerNode = 0
  /// Thousandths of a CPU.
  public var cpu = 0
  public var cpuPerNode = 0
}

/// The sum over the catalogue's components that a cluster has; those that it deploys on its own are not known.
public func overhead(of blueprint: Blueprint) -> PlatformOverhead {
  blueprint.contributions.reduce(into: PlatformOverhead()) { sum, part in
    let overhead = part.contribution.overhead ?? part.about.overhead
    sum.memory += overhead.memory
    sum.memoryPerNode += overhead.memoryPerNode
    sum.cpu += overhead.cpu
    sum.cpuPerNode += overhead.cpuPerNode
  }
}

extension ComponentUse {
  /// What a node needs that runs it.
  package var requirements: NodeRequirements {
    about?.nodes ?? .init()
  }

  /// What the catalogue, or the user's own file, says of the component.
  package var about: About? {
    (options as? OwnOptions)?.component.about ?? Catalog.component(named: component)?.about
  }
}
