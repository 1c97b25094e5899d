import Blueprint
import JSON

/// Who keeps volumes elsewhere.
package enum BackupKeeper: Sendable, Equatable {
  /// restic repositories, a claim each.
  case volsync(Platform.Part)
  /// Longhorn's own backups of its volumes.
  case longhorn(Platform.Part)
}

extension Platform {
  /// VolSync where the cluster has it: it can put back single files, and needs no Longhorn for that.
  package var backupKeeper: BackupKeeper? {
    part("volsync").map { .volsync($0) } ?? part("longhorn").map { .longhorn($0) }
  }
}

extension Applications {
  /// What keeps a release's volumes elsewhere, as often as each says.
  mutating func backUp(_ index: Int) {
    guard let keeper = platform.backupKeeper, let workload = blueprint.releases[index].workload else { return }
    let objects = WorkloadObjects(release: blueprint.releases[index], workload: workload)
    for volume in workload.storage {
      guard let backup = volume.backup, backup != .none else { continue }
      let claims = objects.claimNames(of: volume)
      switch keeper {
      case .volsync(let part): for claim in claims { replicate(claim, backup, index, part) }
      case .longhorn(let part): label(claims, of: volume, backup, index, part)
      }
    }
  }

  /// When a claim's turn comes: not all at once, and while the cluster is on.
  func schedule(of claim: String, _ backup: VolumeBackup) -> String {
    let minute = claim.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) % 3600 } % 60
    return switch backup {
    case .none: ""
    case .hourly: "\(minute) * * * *"
    case .daily: "\(minute) \(backupHour) * * *"
    case .weekly: "\(minute) \(backupHour) * * 0"
    }
  }

  /// At night; an hour after the cluster comes up where it is off then.
  private var backupHour: Int {
    func hour(_ time: Located<String>?) -> Int? { time.flatMap { Int($0.value.prefix { $0 != ":" }) } }
    guard let off = hour(blueprint.power?.off), let on = hour(blueprint.power?.on) else { return 2 }
    let isOff = off < on ? (off..<on).contains(2) : 2 >= off || 2 < on
    return isOff ? (on + 1) % 24 : 2
  }
}

extension VolumeBackup {
  /// How many backups stay, by their age.
  var retention: KeyValuePairs<String, Int> {
    switch self {
    case .none: [:]
    case .hourly: ["hourly": 24, "daily": 7, "weekly": 4]
    case .daily: ["daily": 7, "weekly": 4, "monthly": 6]
    case .weekly: ["weekly": 4, "monthly": 6]
    }
  }
}

extension WorkloadObjects {
  /// The claims that a volume becomes: one, or one for each replica of a StatefulSet.
  func claimNames(of volume: Workload.Volume) -> [String] {
    isOwnOfEachReplica(volume)
      ? (0..<max(1, range.lowerBound)).map { "\(volume.name)-\(name)-\($0)" } : [claimName(volume)]
  }
}
