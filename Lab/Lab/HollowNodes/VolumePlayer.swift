import JSON
import Kubernetes

/// Plays an external volume provisioner.
///
/// The protocol is the one of Kubernetes' persistent volume controller: it marks a claim with the name of the class's
/// provisioner when a volume is to be made (for WaitForFirstConsumer: once the scheduler has chosen a node), binds the
/// volume that names the claim, and releases it when the claim goes.
struct VolumePlayer: Sendable {
  let lab: LabClient
  let options: HollowNodes.Volumes

  func makeClasses() async throws {
    let resource = try await lab.resource("storage.k8s.io", "StorageClass")
    for (index, name) in options.classes.enumerated() {
      var object: JSON = [
        "apiVersion": .string(resource.gvk.apiVersion), "kind": "StorageClass", "metadata": ["name": .string(name)],
        "provisioner": .string(HollowNodes.Volumes.provisioner), "reclaimPolicy": "Delete",
        "allowVolumeExpansion": true,
        "volumeBindingMode": name.hasSuffix("-wait") ? "WaitForFirstConsumer" : "Immediate",
      ]
      if index == 0 {
        object[path: "metadata", "annotations", "storageclass.kubernetes.io/is-default-class"] = "true"
      }
      try await lab.ignoringRaces { _ = try await lab.api.create(Object(object), resource, dryRun: false) }
    }
  }

  func run() async throws {
    let claims = try await lab.resource("", "PersistentVolumeClaim")
    let volumes = try await lab.resource("", "PersistentVolume")
    let classes = try await lab.resource("storage.k8s.io", "StorageClass")
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await lab.follow(claims) { change in
          guard case .present(let claim) = change, let provisioner = wanted(by: claim) else { return }
          let name = claim.json[path: "spec", "storageClassName"]?.string ?? ""
          let storageClass = try await lab.api.get(classes, namespace: nil, name: name)
          let volume = volume(for: claim, of: storageClass, provisioner: provisioner)
          _ = try await lab.api.create(volume, volumes, dryRun: false)
        }
      }
      group.addTask {
        try await lab.follow(volumes) { change in
          guard case .present(let volume) = change, !volume.isBeingDeleted,
            Self.plays(volume.annotation("pv.kubernetes.io/provisioned-by") ?? ""),
            volume.json[path: "status", "phase"] == "Released",
            volume.json[path: "spec", "persistentVolumeReclaimPolicy"] == "Delete"
          else { return }
          try await lab.api.delete(volumes, namespace: nil, name: volume.name, DeleteOptions(uid: volume.uid))
        }
      }
      try await group.waitForAll()
    }
  }

  /// Those of Kubernetes itself are no external ones.
  private static func plays(_ provisioner: String) -> Bool {
    !provisioner.isEmpty && !provisioner.hasPrefix("kubernetes.io/")
  }

  /// The provisioner that the claim waits for, where it is one of ours.
  private func wanted(by claim: Object) -> String? {
    let provisioner =
      claim.annotation("volume.kubernetes.io/storage-provisioner")
      ?? claim.annotation("volume.beta.kubernetes.io/storage-provisioner") ?? ""
    guard Self.plays(provisioner), !claim.isBeingDeleted,
      claim.json[path: "spec", "volumeName"]?.string?.isEmpty ?? true
    else { return nil }
    return provisioner
  }

  private func volume(for claim: Object, of storageClass: Object?, provisioner: String) -> Object {
    let name = "pvc-\(claim.uid ?? "")"
    let spec = claim.json["spec"] ?? [:]
    return Object([
      "apiVersion": "v1", "kind": "PersistentVolume",
      "metadata": [
        "name": .string(name), "annotations": ["pv.kubernetes.io/provisioned-by": .string(provisioner)],
      ],
      "spec": [
        "capacity": ["storage": spec[path: "resources", "requests", "storage"] ?? "1Gi"],
        "accessModes": spec["accessModes"] ?? [], "volumeMode": spec["volumeMode"] ?? "Filesystem",
        "storageClassName": spec["storageClassName"] ?? "",
        "persistentVolumeReclaimPolicy": storageClass?.json["reclaimPolicy"] ?? "Delete",
        "claimRef": [
          "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(claim.namespace ?? ""),
          "name": .string(claim.name), "uid": .string(claim.uid ?? ""),
        ],
        "hostPath": ["path": .string("/hollow/\(name)")],
      ],
    ])
  }
}
