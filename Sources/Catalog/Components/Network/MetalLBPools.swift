package import Blueprint
import JSON

/// https://metallb.io/configuration/ – the pools as a release of their own, for files that want them in a later layer
/// than MetalLB itself: its webhook has to answer before it takes them.
package enum MetalLBPools: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "metallb-pools", "The pools that MetalLB hands out, apart from MetalLB, which else brings them itself.",
    namespace: "metallb-system", dependsOn: ["metallb"])

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let namespace = context.release(of: MetalLB.about.name)?.namespace ?? context.namespace
    var contribution = Contribution(
      source: .manifests([]), objects: MetalLB.pools(context.blueprint, in: namespace))
    if context.blueprint.network.pools.isEmpty {
      contribution.problems.append(
        ComponentProblem("'\(context.name)' has no pool to tell MetalLB of", fix: "add 'pools' to 'network'"))
    }
    return contribution
  }
}
