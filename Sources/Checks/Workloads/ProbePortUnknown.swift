import Blueprint
public import Diagnostics

public enum ProbePortUnknown: Rule {
  public static let about = About(
    "CR0541", "A probe asks at a port that the application does not list",
    why: """
      A probe at a port where nothing listens restarts the application for ever. The ports in the file are those that the
      application listens on.
      """,
    broken: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          port: 80
          probe: {path: /, port: 8080}
      """,
    mended: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          port: 80
          probe: {path: /, port: 80}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.compactMap { release, workload in
      let port: Int
      switch workload.probe?.check {
      case .http(_, let number), .tcp(let number): port = number
      case .command, .off, nil: return nil
      }
      guard !workload.ports.contains(where: { $0.port == port && $0.transport == "TCP" }) else { return nil }
      let listed = workload.ports.filter { $0.transport == "TCP" }.map { "\($0.port)" }
      return problem(
        "the probe of '\(release.name)' asks at port \(port), "
          + (listed.isEmpty ? "and no TCP port is listed" : "and the TCP ports are \(listed.joined(separator: ", "))"),
        at: workload.place(of: "probe"),
        fix: workload.ports.isEmpty ? "add 'port: \(port)'" : "ask at a TCP port of 'ports', or add \(port) there")
    }
  }
}
