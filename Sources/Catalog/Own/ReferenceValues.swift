import Blueprint
import JSON

/// What references lead to, for one use of a component.
struct ReferenceValues {
  /// The options as the cluster file has them, with their defaults.
  let options: JSON
  /// What the component's chart is called, or the component itself.
  let chart: String
  let context: ComponentContext

  /// `nil` where the file says nothing.
  func value(of reference: Reference) -> JSON? {
    switch reference {
    case .option(let path): options.value(at: path[...])
    case .fact(let fact): value(of: fact)
    case .pool(let name): context.pool(name).map { .array($0.ranges.map { .string("\($0.value)") }) }
    case .component(let name): .bool(context.has(name))
    }
  }

  private func value(of fact: Reference.Fact) -> JSON? {
    let blueprint = context.blueprint
    let network = blueprint.network
    return switch fact {
    case .name: .string(context.name)
    case .namespace: .string(context.namespace)
    case .fullName: .string(context.fullName(chart))
    case .clusterName: .string(blueprint.name)
    case .domain: blueprint.domain.map { .string($0) }
    case .distribution: blueprint.kubernetes.map { .string($0.distribution.rawValue) }
    case .version: blueprint.kubernetes?.version.map { .string($0) }
    case .nodeNetworks: texts(network.nodes)
    case .podNetworks: texts(network.pods)
    case .serviceNetworks: texts(network.services)
    case .router: network.router.map { .string("\($0.value)") }
    case .controlPlaneVIP: network.controlPlaneVIP.map { .string("\($0.value)") }
    case .dns: texts(network.dns)
    case .nodeCount: .int(blueprint.nodes.count)
    case .nodeNames: .array(blueprint.nodes.map { .string($0.name) })
    }
  }

  /// Nothing was said where the list is empty.
  private func texts<Value>(_ list: [Located<Value>]) -> JSON? {
    list.isEmpty ? nil : .array(list.map { .string("\($0.value)") })
  }
}
