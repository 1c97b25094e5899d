public import Blueprint
import Diagnostics
import JSON

/// Options of a component that makes volumes.
package protocol StorageProvider: ComponentOptions {
  var volumes: VolumeClass { get }
}

/// The class that a component's volumes are asked for by.
package struct VolumeClass: Sendable, Equatable {
  package enum ReclaimPolicy: String, Sendable, CaseIterable { case delete = "Delete", retain = "Retain" }
  package var name: String
  /// Whether claims that name no class get it; `nil`: where no other component's is.
  package var isDefault: Bool?
  /// What becomes of a volume whose claim is deleted.
  package var reclaimPolicy = ReclaimPolicy.delete

  /// As the cluster has it.
  func brought(isDefault: Bool) -> VolumeClass {
    VolumeClass(name: name, isDefault: isDefault, reclaimPolicy: reclaimPolicy)
  }
}

extension MappingReader {
  /// The three keys that a component has for the class of its volumes.
  mutating func volumeClass(_ name: String) -> VolumeClass {
    let given = optional(
      "class", .subdomain("the name of a storage class"), "The class that claims name.", byDefault: .string(name))
    return volumeClass(always: given ?? name)
  }

  /// The two keys of a class whose name its chart decides.
  mutating func volumeClass(always name: String) -> VolumeClass {
    var volumes = VolumeClass(name: name)
    volumes.isDefault = optional(
      "default", .truth, "Whether claims that name no class get it. By default the first that there is.")
    volumes.reclaimPolicy =
      optional(
        "reclaimPolicy", Shape<VolumeClass.ReclaimPolicy>.choice,
        "Whether a volume goes or stays when its claim is deleted.", byDefault: "Delete") ?? .delete
    return volumes
  }
}

extension ComponentContext {
  /// Whether claims that name no class get this component's: as the file says, else where it is the best of those that
  /// there are.
  func isDefault(_ volumes: VolumeClass) -> Bool {
    if let isDefault = volumes.isDefault { return isDefault }
    let others = providers.filter { $0.name != name }
    if others.contains(where: { $0.volumes.isDefault == true }) { return false }
    // A release of the user's own brings its class with it.
    let own = StorageChoice.providers.contains { provider in
      blueprint.release(provider) != nil && !blueprint.components.contains { $0.name == provider }
    }
    let first = providers.filter { $0.volumes.isDefault != false }.min { $0.rank < $1.rank }
    return !own && first?.name == name
  }

  /// What is wrong with two classes for claims that name none: nobody can tell which one they get.
  func problems(of volumes: VolumeClass) -> [ComponentProblem] {
    guard isDefault(volumes) else { return [] }
    if let other = providers.first(where: { $0.name != name && $0.volumes.isDefault == true }) {
      return [
        ComponentProblem(
          "the classes of '\(name)' and '\(other.name)' are both for claims that name none",
          fix: "keep 'default: true' in one of them")
      ]
    }
    guard let kubernetes = blueprint.kubernetes, [.k3s, .k3d].contains(kubernetes.distribution), !has("local-path"),
      !kubernetes.disable.contains(where: { $0.value == "local-storage" })
    else { return [] }
    return [
      ComponentProblem(
        "claims that name no class get k3s' own 'local-path' as well as '\(volumes.name)' of '\(name)'", .warning,
        fix: "add local-storage to 'kubernetes.disable', or 'default: false' here")
    ]
  }

  private var providers: [(name: String, rank: Int, volumes: VolumeClass)] {
    blueprint.components.compactMap { use in
      // Asking a type whether it is a provider takes long the first time.
      guard let rank = StorageChoice.providers.firstIndex(of: use.component) else { return nil }
      return (use.options as? any StorageProvider).map { (use.name, rank, $0.volumes) }
    }
  }
}

/// A class of volumes that a cluster has.
public struct StorageClassSummary: Sendable, Equatable {
  public var name: String
  /// The release that brings it; `nil` of the distribution's own.
  public var owner: String?
  public var isDefault: Bool
  /// Whether a volume outlives its claim.
  public var isRetained: Bool
  public init(name: String, owner: String?, isDefault: Bool, isRetained: Bool) {
    self.name = name
    self.owner = owner
    self.isDefault = isDefault
    self.isRetained = isRetained
  }
}

/// The classes that the catalogue's components bring, and the distribution's own. Releases of the user's own may bring
/// more.
public func storageClasses(of blueprint: Blueprint) -> [StorageClassSummary] {
  var classes = blueprint.contributions.flatMap { part in
    part.contribution.classes.map { brought in
      StorageClassSummary(
        name: brought.name, owner: part.use.name, isDefault: brought.isDefault == true,
        isRetained: brought.reclaimPolicy == .retain)
    }
  }
  if let kubernetes = blueprint.kubernetes, [.k3s, .k3d].contains(kubernetes.distribution),
    !kubernetes.disable.contains(where: { $0.value == "local-storage" }),
    !blueprint.components.contains(where: { $0.component == LocalPath.about.name })
  {
    classes.append(StorageClassSummary(name: "local-path", owner: nil, isDefault: true, isRetained: false))
  }
  return classes
}
