package import Blueprint
import JSON

/// What a component sees of the cluster it is a part of.
package struct ComponentContext: Sendable {
  package let blueprint: Blueprint
  /// The component's own entry.
  package let use: ComponentUse
  /// Where its objects live.
  package let namespace: String

  /// Whether the cluster has a component, as one of the catalogue or as a release of that name.
  package func has(_ name: String) -> Bool {
    blueprint.components.contains { $0.component == name } || blueprint.release(name) != nil
  }

  /// The options of another component; `nil` where the cluster does not have it. Of several, the first.
  package func options<Other: Component>(of other: Other.Type) -> Other.Options? {
    blueprint.components.first { $0.component == Other.about.name }?.options as? Other.Options
  }

  /// The name of its release, which charts make the names of their objects from.
  package var name: String { use.name }

  /// An address pool's first address and so on are the business of whoever hands them out; this tells whether it is
  /// there.
  package func pool(_ name: String) -> AddressPool? { blueprint.network.pools.first { $0.name == name } }
}

// MARK: Names

extension ComponentContext {
  /// What most charts name their objects: the release's name where it contains the chart's, else both.
  func fullName(_ chart: String) -> String { name.contains(chart) ? name : "\(name)-\(chart)" }

  /// The version that the file asks for, else the catalogue's.
  func version(of chart: ChartReference) -> ChartReference {
    var chart = chart
    if let version = use.version?.value { chart.version = version }
    return chart
  }

  /// The metadata of an object in the component's namespace.
  func metadata(_ name: String) -> JSON { ["name": .string(name), "namespace": .string(namespace)] }

  /// The release of another component and where it lives; `nil` where the cluster does not have it. Of several, the
  /// first.
  func release(of component: String) -> (name: String, namespace: String)? {
    if let use = blueprint.components.first(where: { $0.component == component }) {
      return (use.name, use.namespace?.name ?? use.release.namespace.name)
    }
    return blueprint.release(component).map { ($0.name, $0.namespace.name) }
  }
}

// MARK: What the cluster is made of

extension ComponentContext {
  var isTalos: Bool { blueprint.kubernetes?.distribution == .talos }

  /// So many pods as there are nodes for them, and no more than are asked for.
  func replicas(upTo count: Int) -> Int { min(count, max(1, blueprint.nodes.count)) }

  /// What lets pods run on nodes that keep others away, and on those that are coming up.
  func tolerations(of nodes: [NodeSpec]) -> [JSON] {
    taints(of: nodes).map(Self.toleration(of:))
  }

  /// `key=value:Effect`, each once.
  func taints(of nodes: [NodeSpec]) -> [String] {
    let power = blueprint.power.map { [$0.taint] } ?? []
    return (nodes.flatMap(\.taints) + power).reduce(into: []) { all, taint in
      if !all.contains(taint) { all.append(taint) }
    }
  }

  /// Nodes that are never switched off.
  var steadyNodes: [NodeSpec] { blueprint.nodes.filter { $0.power.mode == .always } }

  /// Nodes that have a disk for something.
  func nodes(with use: NodeSpec.Disk.Use) -> [NodeSpec] {
    blueprint.nodes.filter { $0.disks.contains { $0.use == use } }
  }

  var hasIPv4: Bool { families.isEmpty || families.contains(.v4) }
  var hasIPv6: Bool { families.contains(.v6) }
  var isDualStack: Bool { hasIPv4 && hasIPv6 }

  /// Of Services; where those are not in the file, of pods.
  private var families: Set<IPAddress.Family> {
    let network = blueprint.network
    return Set((network.services.isEmpty ? network.pods : network.services).map { $0.value.address.family })
  }

  /// What lets a pod run on a node that is coming up or that is a server: for what the cluster cannot start without.
  var systemTolerations: [JSON] {
    var tolerations: [JSON] = [
      ["key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"],
      ["key": "CriticalAddonsOnly", "operator": "Exists"],
    ]
    if let power = blueprint.power { tolerations.append(Self.toleration(of: power.taint)) }
    return tolerations
  }

  /// - Parameter taint: `key=value:Effect` or `key:Effect`.
  static func toleration(of taint: String) -> JSON {
    let parts = taint.split(separator: ":", maxSplits: 1)
    let pair = parts[0].split(separator: "=", maxSplits: 1)
    return .members([
      "key": .string(String(pair[0])), "operator": pair.count == 2 ? "Equal" : "Exists",
      "value": pair.count == 2 ? .string(String(pair[1])) : nil,
      "effect": parts.count == 2 ? .string(String(parts[1])) : nil,
    ])
  }
}
