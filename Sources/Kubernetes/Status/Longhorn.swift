import JSON

extension Object {
  /// A volume without replicas to read from, and a backup target that is set but not reached. Other kinds follow the
  /// common conventions; a volume that no pod uses is `detached`, which is fine.
  func longhornReadiness() -> Readiness? {
    let status = json["status"]
    switch gvk.kind {
    case "Volume" where status?["robustness"]?.string == "faulted":
      return .progressing(Blocker("Faulted", "no healthy replica of the volume is left"))
    case "BackupTarget" where hasStatus:
      let isSet = !(json["spec"]?["backupTargetURL"]?.string ?? "").isEmpty
      guard isSet, status?["available"]?.bool == false else { return .ready }
      let reason = conditions.first("Unavailable")?.blocker
      return .progressing(reason ?? Blocker("Unavailable", "Longhorn does not reach the backup target"))
    default: return nil
    }
  }
}
