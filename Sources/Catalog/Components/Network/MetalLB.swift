package import Blueprint
import JSON

/// https://metallb.io/installation/#installation-with-helm
package enum MetalLB: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "metallb", "Gives Services of type LoadBalancer addresses of the pools, and answers for them on the network.",
    chart: ChartReference("https://metallb.github.io/metallb", "metallb", "0.16.1", kubernetes: 19),
    namespace: "metallb-system",
    isPrivileged: true,
    definitions: ["ipaddresspools.metallb.io", "l2advertisements.metallb.io"],
    overhead: Overhead(memory: 96, cpu: 50, memoryPerNode: 64, cpuPerNode: 25))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    Contribution(
      // BGP is not needed in a home network.
      values: ["frrk8s": ["enabled": false]],
      objects: context.has(MetalLBPools.about.name) ? [] : pools(context.blueprint, in: context.namespace),
      waitFor: ["deployment/\(context.namespace)/metallb-controller", "daemonset/\(context.namespace)/metallb-speaker"])
  }

  /// What it may hand out, and that it answers for all of it.
  static func pools(_ blueprint: Blueprint, in namespace: String) -> [JSON] {
    let pools = blueprint.network.pools
    if pools.isEmpty { return [] }
    let objects: [JSON] = pools.map { pool in
      [
        "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool",
        "metadata": ["name": .string(pool.name), "namespace": .string(namespace)],
        "spec": ["addresses": .array(pool.ranges.map { .string("\($0.value)") }), "avoidBuggyIPs": true],
      ]
    }
    return objects + [
      [
        "apiVersion": "metallb.io/v1beta1", "kind": "L2Advertisement",
        "metadata": ["name": "pools", "namespace": .string(namespace)],
        "spec": ["ipAddressPools": .array(pools.map { .string($0.name) })],
      ]
    ]
  }
}
