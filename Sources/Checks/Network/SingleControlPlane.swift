import Blueprint
public import Diagnostics

public enum SingleControlPlane: Rule {
  public static let about = About(
    "CR0432", "One control-plane node in a cluster that could have three", .note,
    why: """
      While the only control-plane node is off or broken, what runs goes on running, and nothing is started, moved or
      mended; its disk holds the only copy of the cluster's state. Three bear the loss of one. A single one is simpler,
      and fine where snapshots of etcd are kept elsewhere: with `backup.etcd` nothing is said.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - {name: cow, role: control-plane}
        - {name: sheep, role: worker}
        - {name: duck, role: worker}
        - {name: goat, role: worker}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - {name: cow, role: control-plane}
        - {name: sheep, role: control-plane}
        - {name: duck, role: control-plane}
        - {name: goat, role: worker}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    let steady = blueprint.nodes.filter { $0.power.mode == .always }
    guard blueprint.kubernetes != nil, blueprint.servers.count == 1, steady.count >= 3, blueprint.backup?.etcd == nil
    else { return [] }
    return [
      problem(
        "'\(blueprint.servers[0].name)' is the only control-plane node of \(blueprint.nodes.count), and nothing keeps "
          + "its state elsewhere",
        at: blueprint.servers[0].span,
        fix: "make it three that are always on, or add 'backup: {etcd: {every: 6h}}'")
    ]
  }
}
