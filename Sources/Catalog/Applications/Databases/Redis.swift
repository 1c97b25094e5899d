import Blueprint
import JSON

extension Applications {
  /// Dragonfly, which speaks Redis' protocol; it writes a snapshot every quarter of an hour.
  ///
  /// https://www.dragonflydb.io/docs/managing-dragonfly/operator/dragonfly-configuration
  mutating func addDragonfly(_ database: DatabaseUse, _ index: Int, _ part: Platform.Part) {
    let release = blueprint.releases[index]
    let name = database.name(in: release)
    let object: JSON = [
      "apiVersion": "dragonflydb.io/v1alpha1", "kind": "Dragonfly", "metadata": release.keptMetadata(name),
      "spec": [
        "replicas": .int(database.instances),
        // Each thread wants 256 MiB.
        "args": ["--proactor_threads=1", "--maxmemory=384mb"],
        "resources": ["requests": ["cpu": "50m", "memory": "320Mi"], "limits": ["memory": "512Mi"]],
        "snapshot": [
          "cron": "*/15 * * * *",
          "persistentVolumeClaimSpec": [
            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(database.size)]],
          ],
        ],
      ],
    ]
    add([object], to: index, needing: [part])
    connectRedis(index, name)
    let pods = Flow.Peer.pods(namespace: release.namespace.name, labels: ["app": name])
    flows += [
      use(of: name, by: release, pods: pods),
      Flow(
        owner: release.name, from: pods, to: pods, ports: [6379, 9999],
        reason: "Replicas of '\(name)' follow each other."),
      Flow(
        owner: release.name, from: .pods(namespace: part.namespace), to: pods, ports: [6379, 9999],
        reason: "'\(part.name)' looks after '\(name)'."),
    ]
  }

  /// One pod of Valkey with a volume.
  mutating func addValkey(_ database: DatabaseUse, _ index: Int) {
    let release = blueprint.releases[index]
    let name = database.name(in: release)
    var workload = Workload(image: "docker.io/valkey/valkey:9.1.1", span: database.span)
    workload.ports = [.init(name: "redis", port: 6379)]
    workload.args = ["valkey-server", "--dir", "/data", "--appendonly", "yes"]
    workload.storage = [
      .init(
        name: "data", mount: "/data",
        source: .claim(size: database.size, storageClass: nil, accessMode: "ReadWriteOnce"))
    ]
    workload.probe = .init(.command(["valkey-cli", "ping"]))
    workload.security.user = 999
    workload.security.readOnlyRootFilesystem = true
    let server = Release(
      name: name, section: release.section, namespace: release.namespace, source: .image(workload), span: database.span)
    blueprint.releases[index].additions += objects(for: server)
    connectRedis(index, name)
    flows.append(use(of: name, by: release, pods: server.pods))
  }

  private mutating func connectRedis(_ index: Int, _ name: String) {
    let host = "\(name).\(blueprint.releases[index].namespace.name).svc.cluster.local"
    addEnvironment(
      [
        ("REDIS_HOST", .text(host)), ("REDIS_PORT", .text("6379")), ("REDIS_URL", .text("redis://\(host):6379/0")),
      ], to: index)
  }

  private func use(of name: String, by release: Release, pods: Flow.Peer) -> Flow {
    Flow(
      owner: release.name, from: release.pods, to: pods, ports: [6379],
      reason: "'\(release.name)' keeps what it may lose in '\(name)'.")
  }
}
