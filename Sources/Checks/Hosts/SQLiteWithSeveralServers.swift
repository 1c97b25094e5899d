import Blueprint
public import Diagnostics

public enum SQLiteWithSeveralServers: Rule {
  public static let about = About(
    "CR0911", "Several servers and SQLite",
    why: """
      SQLite is a file on one server; others cannot share it. More than one server needs etcd.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1, datastore: sqlite}
      nodes:
        - {name: cow, role: control-plane}
        - {name: sheep, role: control-plane}
        - {name: duck, role: control-plane}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1, datastore: etcd}
      nodes:
        - {name: cow, role: control-plane}
        - {name: sheep, role: control-plane}
        - {name: duck, role: control-plane}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard let kubernetes = blueprint.kubernetes, kubernetes.datastore == .sqlite, blueprint.servers.count > 1 else {
      return []
    }
    return [
      problem(
        "\(blueprint.servers.count) servers cannot share a SQLite file", at: kubernetes.span,
        related: blueprint.servers.map { .init("server '\($0.name)'", at: $0.span) },
        fix: "remove 'datastore', or write 'datastore: etcd'")
    ]
  }
}
