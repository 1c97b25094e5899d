import Blueprint
import Catalog
public import Diagnostics
import JSON

public enum StateOnWipedRoot: Rule {
  public static let about = About(
    "CR0922", "State lies where a start wipes it away", .warning,
    why: """
      The root file system of a NixOS machine is new at every start; what outlives it is what Kubernetes and the
      catalogue's storage keep, what `persist` lists, and disks that are mounted. A folder of the host that pods write to,
      or that k3s is told to keep its state in, and that is none of these, is empty after a restart.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - name: cow
          role: control-plane
          os: nixos
          disks: [{device: /dev/disk/by-id/nvme-Samsung_SSD_980_S649NX0R, use: system}]
      apps:
        photos:
          manifests:
            - apiVersion: v1
              kind: PersistentVolume
              metadata: {name: photos}
              spec:
                accessModes: [ReadWriteOnce]
                capacity: {storage: 100Gi}
                hostPath: {path: /srv/photos}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - name: cow
          role: control-plane
          os: nixos
          disks: [{device: /dev/disk/by-id/nvme-Samsung_SSD_980_S649NX0R, use: system}]
          persist: [/srv/photos]
      apps:
        photos:
          manifests:
            - apiVersion: v1
              kind: PersistentVolume
              metadata: {name: photos}
              spec:
                accessModes: [ReadWriteOnce]
                capacity: {storage: 100Gi}
                hostPath: {path: /srv/photos}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    let nodes = blueprint.wholeNixOSNodes
    if nodes.isEmpty { return [] }
    let always = blueprint.persistedPaths + ["/persist", "/nix", "/boot"]
    var seen: Set<String> = []
    return states(subject).compactMap { state in
      guard
        let node = nodes.first(where: { node in
          let kept = always + node.persist + node.disks.compactMap(mount)
          return (state.node == nil || state.node == node.name) && (!state.isOfServers || node.role == .controlPlane)
            && !kept.contains { state.path == $0 || state.path.hasPrefix($0.hasSuffix("/") ? $0 : "\($0)/") }
        }), seen.insert("\(state.owner) \(state.path)").inserted
      else { return nil }
      return problem(
        "\(state.owner) is in \(state.path) of the host, and a start of '\(node.name)' wipes that away",
        at: state.span, related: [.init("the node", at: node.span)],
        fix: "add '\(state.path)' to 'nixos.persist', or to 'persist' of the nodes that have it")
    }
  }

  private static func mount(_ disk: NodeSpec.Disk) -> String? {
    switch disk.use {
    case .data: disk.mount
    case .longhorn: disk.mount ?? "/var/lib/longhorn"
    case .system, .ceph, .zfs: nil
    }
  }

  private struct State {
    /// `the state of k3s`
    var owner: String
    var path: String
    /// `nil`: any.
    var node: String?
    var isOfServers = false
    var span: SourceSpan
  }

  private static func states(_ subject: Subject) -> [State] {
    let blueprint = subject.blueprint
    var states: [State] = []
    if let nixos = blueprint.nixos {
      states.append(State(owner: "the key that secrets are read with", path: nixos.ageKey, span: nixos.span))
    }
    if let kubernetes = blueprint.kubernetes {
      for (config, isOfServers) in [(kubernetes.serverConfig, true), (kubernetes.agentConfig, false)] {
        for (key, owner) in [("data-dir", "the state of k3s"), ("etcd-snapshot-dir", "what etcd is restored from")] {
          guard let path = config[key]?.string else { continue }
          states.append(State(owner: owner, path: path, isOfServers: isOfServers, span: kubernetes.span))
        }
      }
    }
    for release in blueprint.releases {
      let owner = "what '\(release.name)' keeps"
      let paths =
        [release.values[path: "defaultSettings", "defaultDataPath"]?.string].compactMap { $0 }
        + (release.values["nodePathMap"]?.array ?? []).flatMap { $0["paths"]?.array ?? [] }.compactMap(\.string)
      states += paths.map { State(owner: owner, path: $0, span: release.span) }
    }
    return states + subject.objects.all.flatMap { Self.states(of: $0) }
  }

  /// Folders of the host that an object of Kubernetes' own keeps something in.
  private static func states(of object: KnownObject) -> [State] {
    let owner = "what '\(object.release)' keeps"
    if object.kind == "PersistentVolume" {
      let spec = object.json["spec"]
      return [spec?[path: "hostPath", "path"]?.string, spec?[path: "local", "path"]?.string].compactMap { $0 }
        .map { State(owner: owner, path: $0, span: object.span) }
    }
    guard let pod = object.podSpec else { return [] }
    let containers = (pod["containers"]?.array ?? []) + (pod["initContainers"]?.array ?? [])
    let mounts = containers.flatMap { $0["volumeMounts"]?.array ?? [] }
    return (pod["volumes"]?.array ?? []).compactMap { volume in
      guard let path = volume[path: "hostPath", "path"]?.string, isForState(path),
        // What nobody writes to is the host's own.
        mounts.contains(where: { $0["name"] == volume["name"] && $0["readOnly"] != .bool(true) })
      else { return nil }
      return State(
        owner: owner, path: path, node: pod[path: "nodeSelector", "kubernetes.io/hostname"]?.string, span: object.span)
    }
  }

  private static func isForState(_ path: String) -> Bool {
    ["/var/lib/", "/opt/", "/srv/", "/home/", "/mnt/", "/media/", "/data/", "/root/"].contains {
      "\(path)/".hasPrefix($0)
    }
  }
}

extension KnownObject {
  /// What the pods of a workload are made from.
  var podSpec: JSON? {
    switch kind {
    case "Pod": json["spec"]
    case "CronJob": json[path: "spec", "jobTemplate", "spec", "template", "spec"]
    case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job": json[path: "spec", "template", "spec"]
    default: nil
    }
  }
}
