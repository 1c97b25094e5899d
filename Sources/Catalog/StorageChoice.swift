import Blueprint
import JSON

/// How much a component keeps, and on what.
package struct StorageChoice: Sendable, Equatable {
  /// A Kubernetes quantity.
  package var size: String
  /// `nil`: the cluster's default.
  package var storageClass: String?

  package init(size: String, storageClass: String? = nil) {
    self.size = size
    self.storageClass = storageClass
  }

  /// Components that make volumes, the one first whose volumes are best for what asks for nothing special. What keeps
  /// anything starts after them.
  package static let providers = ["rook-ceph", "longhorn", "democratic-csi", "local-path", "csi-driver-nfs"]

  /// The spec of a claim.
  var claim: JSON {
    .members([
      "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size)]],
      "storageClassName": storageClass.map { .string($0) },
    ])
  }
}

extension MappingReader {
  /// The two keys that say how much a component keeps, and on what.
  mutating func storage(size byDefault: String) -> StorageChoice {
    let size = optional(
      "size", .quantity(byDefault), "How large its volume is.", byDefault: .string(byDefault))
    let storageClass = optional(
      "class", .subdomain("the name of a storage class"), "The volume's class. By default the cluster's default.")
    return StorageChoice(size: size ?? byDefault, storageClass: storageClass)
  }
}
