import Blueprint
import Catalog
import Diagnostics

/// A volume that somebody asks for.
struct VolumeClaim {
  var release: Release
  /// `'data' of 'paperless'`
  var name: String
  /// A Kubernetes quantity.
  var size: String
  /// `nil`: the cluster's default.
  var storageClass: String?
  /// How many of it there are.
  var count: Int
  var backup: VolumeBackup?
  var span: SourceSpan
}

extension Subject {
  /// Volumes that applications and their databases ask for. What charts ask for is not known.
  var claims: [VolumeClaim] {
    blueprint.releases.flatMap { release -> [VolumeClaim] in
      guard case .image(let workload) = release.source else { return [] }
      let pods = workload.resolvedKind == .statefulSet ? max(1, workload.replicas) : 1
      return workload.storage.compactMap { volume in
        guard case .claim(let size, let storageClass, let mode) = volume.source else { return nil }
        return VolumeClaim(
          release: release, name: "'\(volume.name)' of '\(release.name)'", size: size, storageClass: storageClass,
          count: mode == "ReadWriteMany" ? 1 : pods, backup: volume.backup, span: workload.place(of: "storage"))
      }
    }
  }

  var databaseClaims: [VolumeClaim] {
    blueprint.releases.compactMap { release in
      guard let database = release.database, !database.isExternal else { return nil }
      return VolumeClaim(
        release: release, name: "the database of '\(release.name)'", size: database.size, storageClass: nil,
        count: database.instances, backup: nil, span: database.span)
    }
  }

  /// Whether a release is one of the catalogue's, so that the file cannot say more of its volumes.
  func isOfCatalogue(_ release: Release) -> Bool { added[release.name] != nil }

  /// The class that a claim gets; `nil` where none is known.
  func storageClass(of claim: VolumeClaim, among classes: [StorageClassSummary]) -> StorageClassSummary? {
    classes.first { claim.storageClass == nil ? $0.isDefault : $0.name == claim.storageClass }
  }
}
