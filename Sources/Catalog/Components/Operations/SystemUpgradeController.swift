package import Blueprint
import JSON

/// https://docs.k3s.io/upgrades/automated – has no chart of its own.
package enum SystemUpgradeController: Component {
  package struct Options: ComponentOptions {
    /// `nil`: the version of the cluster file.
    package var channel: String?
  }

  private static let pinned = "v0.20.1"

  package static let about = About(
    "system-upgrade-controller", "Upgrades k3s on the nodes, one server at a time.", namespace: "system-upgrade",
    isPrivileged: true, definitions: ["plans.upgrade.cattle.io"], overhead: Overhead(memory: 64, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(
      channel: reader.optional(
        "channel", .filled("a channel of k3s such as stable or v1.33"),
        "Follows a channel. By default the version under 'kubernetes'."))
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let kubernetes = context.blueprint.kubernetes
    let version = context.use.version?.value ?? pinned
    var contribution = Contribution(
      source: .kustomize(
        "https://github.com/rancher/system-upgrade-controller?ref=\(version)",
        span: context.use.version?.span ?? context.use.release.span),
      waitFor: ["deployment/\(context.namespace)/system-upgrade-controller"],
      openings: [
        Opening(.egress, .host, because: "it makes the jobs that upgrade nodes"),
        Opening(.egress, .world, ports: [443], because: "it asks which version a channel has"),
      ])
    // The repository's manifests name an older image; releases replace it as they are made.
    contribution.patches = [
      ObjectPatch(
        target: .init(kind: "Deployment", name: "system-upgrade-controller"),
        change: .operations([
          [
            "op": "replace", "path": "/spec/template/spec/containers/0/image",
            "value": .string("rancher/system-upgrade-controller:\(version)"),
          ]
        ]), span: context.use.release.span)
    ]
    guard kubernetes?.distribution == .k3s else {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' upgrades k3s, and this cluster is not of k3s",
          fix: "remove it"))
      return contribution
    }
    var target: JSON = [:]
    if let channel = options.channel {
      target["channel"] = .string("https://update.k3s.io/v1-release/channels/\(channel)")
    } else if let version = kubernetes?.version {
      target["version"] = .string("\(version)")
    } else {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' is not told which version to upgrade to",
          fix: "add 'version:' to 'kubernetes', or 'channel: stable' here"))
      return contribution
    }
    contribution.objects = [plan("server", target, context), plan("agent", target, context)]
    return contribution
  }

  private static func plan(_ role: String, _ target: JSON, _ context: ComponentContext) -> JSON {
    let isServer = role == "server"
    var spec: JSON = [
      "concurrency": 1, "serviceAccountName": "system-upgrade", "cordon": true,
      "nodeSelector": [
        "matchExpressions": [
          ["key": "node-role.kubernetes.io/control-plane", "operator": isServer ? "Exists" : "DoesNotExist"]
        ]
      ],
      "tolerations": [["operator": "Exists"]],
      "upgrade": ["image": "rancher/k3s-upgrade"],
    ]
    if !isServer {
      // Not before all servers are upgraded.
      spec["prepare"] = ["image": "rancher/k3s-upgrade", "args": ["prepare", "server"]]
      spec["drain"] = ["force": true, "ignoreDaemonSets": true, "deleteEmptydirData": true]
    }
    for (key, value) in target.object?.members.map({ ($0.key, $0.value) }) ?? [] { spec[key] = value }
    return [
      "apiVersion": "upgrade.cattle.io/v1", "kind": "Plan", "metadata": context.metadata(role), "spec": spec,
    ]
  }
}
