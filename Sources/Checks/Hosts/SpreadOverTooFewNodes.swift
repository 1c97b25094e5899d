import Blueprint
public import Diagnostics

public enum SpreadOverTooFewNodes: Rule {
  public static let about = About(
    "CR0918", "More pods than nodes to spread them over", .warning,
    why: """
      With `spread: required` no two pods of an application share a node. Those that are more than there are nodes
      stay pending.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
      apps:
        web:
          image: docker.io/library/nginx:1.27.3
          replicas: 2
          schedule: {spread: required}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
      apps:
        web:
          image: docker.io/library/nginx:1.27.3
          replicas: 2
          schedule: {spread: preferred}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let count = subject.blueprint.nodes.count
    guard count > 0 else { return [] }
    let databases = subject.blueprint.releases.compactMap { release -> Diagnostic? in
      guard let database = release.database, !database.isExternal, database.instances > count else { return nil }
      return problem(
        "the database of '\(release.name)' has \(database.instances) copies, and there "
          + "\(count == 1 ? "is one node" : "are \(count) nodes") for them",
        at: database.span, .note, fix: "write 'instances: \(count)': several copies on one node are lost together")
    }
    return databases
      + subject.blueprint.workloads.compactMap { release, workload in
        guard let scheduling = release.scheduling, scheduling.spread == .required else { return nil }
        let pods = max(workload.replicas, scheduling.replicas?.upperBound ?? 0)
        guard pods > count else { return nil }
        return problem(
          "'\(release.name)' wants \(pods) pods on different nodes, and there \(count == 1 ? "is one" : "are \(count)")",
          at: scheduling.span, fix: "write 'spread: preferred', or fewer pods")
      }
  }
}
