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

  /// A part of its size as Prometheus writes sizes, `16384MiB`; `nil` where that is less than one or its unit is rare.
  func share(percent: Int) -> String? {
    let factors = ["Mi": 1, "Gi": 1024, "Ti": 1_048_576]
    guard let factor = factors[String(size.suffix(2))], let number = Int(size.dropLast(2)) else { return nil }
    let share = number.multipliedReportingOverflow(by: factor * percent)
    return share.overflow || share.partialValue < 100 ? nil : "\(share.partialValue / 100)MiB"
  }

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
