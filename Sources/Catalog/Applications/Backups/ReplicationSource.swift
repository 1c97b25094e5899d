import Blueprint
import JSON

extension Applications {
  /// Keeps a claim in a restic repository of its own. The Secret `CLAIM-backup` says where that is and has its password.
  ///
  /// https://volsync.readthedocs.io/en/stable/usage/restic/index.html
  mutating func replicate(_ claim: String, _ backup: VolumeBackup, _ index: Int, _ part: Platform.Part) {
    let release = blueprint.releases[index]
    let security = release.workload?.security
    let group = security?.group ?? security?.user
    let context = JSON.members([
      "runAsUser": security?.user.map(JSON.int), "runAsGroup": group.map(JSON.int), "fsGroup": group.map(JSON.int),
    ])
    let retain = JSON.object(JSONObject(backup.retention.map { JSONObject.Member($0, .int($1)) }))
    let share = blueprint.backup?.volumes.flatMap { NFSShare($0.value) }
    // A label's value has at most 63 characters, and ends with none of '-'.
    let labels = ["croft.dev/backup": String(claim.prefix(62)) + (claim.count > 62 ? "x" : "")]
    let object: JSON = [
      "apiVersion": "volsync.backube/v1alpha1", "kind": "ReplicationSource", "metadata": release.metadata(claim),
      "spec": [
        "sourcePVC": .string(claim), "trigger": ["schedule": .string(schedule(of: claim, backup))],
        "restic": .members([
          "repository": .string("\(claim)-backup"),
          // Without snapshots it reads the volume while the application writes to it.
          "copyMethod": platform.has("snapshot-controller") ? "Snapshot" : "Direct",
          "pruneIntervalDays": 7, "retain": retain,
          "moverSecurityContext": context == [:] ? nil : context,
          "moverPodLabels": .strings(labels),
          "moverVolumes": share.map {
            [
              [
                "mountPath": "backups",
                "volumeSource": ["nfs": ["server": .string($0.server), "path": .string($0.path)]],
              ]
            ]
          },
        ]),
      ],
    ]
    add([object], to: index, needing: [part])
    addRepositorySecret(claim, index, share)
    let movers = Flow.Peer.pods(namespace: release.namespace.name, labels: labels)
    let targets = [Flow.Peer.world] + platform.all("garage").map { .pods(namespace: $0.namespace) }
    flows += targets.map {
      Flow(
        owner: release.name, from: movers, to: $0, ports: [],
        reason: "Backups of the claim '\(claim)' go where 'backup.volumes' says.")
    }
  }

  /// The repository's address and password from the item that `backup.secret` names, with the claim's own folder.
  /// Other back-ends hold a Secret for each claim.
  private mutating func addRepositorySecret(_ claim: String, _ index: Int, _ share: NFSShare?) {
    let release = blueprint.releases[index]
    guard let item = blueprint.backup?.secret, let store = secretStore else { return }
    let folder = "\(release.namespace.name)/\(claim)"
    let repository = share == nil ? "{{ .RESTIC_REPOSITORY }}/\(folder)" : "/mnt/backups/\(folder)"
    add(
      [
        store.externalSecret(
          release.metadata("\(claim)-backup"), item: store.shared(item),
          template: ["RESTIC_REPOSITORY": .string(repository)])
      ], to: index, needing: [store.part])
  }
}

/// `nfs://host/path`
struct NFSShare: Sendable, Equatable {
  var server: String
  var path: String
  init?(_ text: String) {
    guard text.hasPrefix("nfs://") else { return nil }
    let rest = text.dropFirst(6)
    guard let slash = rest.firstIndex(of: "/") else { return nil }
    var server = String(rest[..<slash])
    if server.hasSuffix(":") { server.removeLast() }
    self.server = server
    path = String(rest[slash...])
  }
}
