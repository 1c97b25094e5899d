import Blueprint
import JSON

extension WorkloadObjects {
  /// One claim for each volume that all replicas share, named `RELEASE-VOLUME`.
  var claims: [JSON] {
    workload.storage.filter { !isOwnOfEachReplica($0) }.compactMap { volume in
      claimSpec(volume).map {
        [
          "apiVersion": "v1",
          "kind": "PersistentVolumeClaim",
          "metadata": metadata(name: claimName(volume), labels: volume.labels),
          "spec": $0,
        ]
      }
    }
  }

  /// The claims of a StatefulSet's replicas, where they have labels that may change. The StatefulSet takes those that
  /// are there by their names, and makes the others.
  var replicaClaims: [JSON] {
    workload.storage.filter { isOwnOfEachReplica($0) && !$0.labels.isEmpty }.flatMap { volume in
      claimNames(of: volume).compactMap { name in
        claimSpec(volume).map {
          [
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": metadata(name: name, labels: volume.labels),
            "spec": $0,
          ]
        }
      }
    }
  }

  /// One template for each volume that every replica has of its own. Immutable once made, so the labels are the
  /// selector's.
  var claimTemplates: [JSON] {
    workload.storage.filter { isOwnOfEachReplica($0) }.compactMap { volume in
      claimSpec(volume).map {
        [
          "apiVersion": "v1",
          "kind": "PersistentVolumeClaim",
          "metadata": ["name": .string(volume.name), "labels": selector],
          "spec": $0,
        ]
      }
    }
  }

  /// Whether a StatefulSet makes the claim, once for each replica.
  func isOwnOfEachReplica(_ volume: Workload.Volume) -> Bool {
    workload.resolvedKind == .statefulSet && volume.isReadWriteOnceClaim
  }

  func claimName(_ volume: Workload.Volume) -> String { "\(name)-\(volume.name)" }

  private func claimSpec(_ volume: Workload.Volume) -> JSON? {
    guard case .claim(let size, let storageClass, let accessMode) = volume.source else { return nil }
    return .members([
      "accessModes": [.string(accessMode)],
      "storageClassName": storageClass.map(JSON.string),
      "resources": ["requests": ["storage": .string(size)]],
    ])
  }
}
