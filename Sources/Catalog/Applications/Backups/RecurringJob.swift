import Blueprint
import JSON

extension Applications {
  /// Puts claims into Longhorn's group of volumes that are kept as often.
  ///
  /// https://longhorn.io/docs/latest/snapshots-and-backups/scheduling-backups-and-snapshots/
  mutating func label(
    _ claims: [String], of volume: Workload.Volume, _ backup: VolumeBackup, _ index: Int, _ part: Platform.Part
  ) {
    guard var workload = blueprint.releases[index].workload,
      let position = workload.storage.firstIndex(where: { $0.name == volume.name })
    else { return }
    workload.storage[position].labels = [
      "recurring-job.longhorn.io/source": "enabled",
      "recurring-job-group.longhorn.io/\(Self.group(backup))": "enabled",
    ]
    blueprint.releases[index].workload = workload
    longhornBackups.insert(backup.rawValue)
    depend(index, on: part.name)
  }

  /// One job for each frequency, for all volumes of its group.
  mutating func addRecurringJobs() {
    guard let part = platform.part("longhorn"), let index = index(of: part.name) else { return }
    for backup in VolumeBackup.allCases where longhornBackups.contains(backup.rawValue) {
      let name = Self.group(backup)
      blueprint.releases[index].additions.append([
        "apiVersion": "longhorn.io/v1beta2", "kind": "RecurringJob",
        "metadata": blueprint.releases[index].metadata(name, namespace: part.namespace),
        "spec": [
          "name": .string(name), "task": "backup", "groups": [.string(name)],
          "cron": .string(schedule(of: name, backup)),
          "retain": .int(backup.retention.first?.value ?? 1), "concurrency": 2,
        ],
      ])
    }
  }

  private static func group(_ backup: VolumeBackup) -> String { "backup-\(backup.rawValue)" }
}
