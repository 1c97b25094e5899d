package import Blueprint

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
