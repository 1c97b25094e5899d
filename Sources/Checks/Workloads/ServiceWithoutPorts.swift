import Blueprint
public import Diagnostics

public enum ServiceWithoutPorts: Rule {
  public static let about = About(
    "CR0545", "A Service is asked for, and there are no ports",
    why: """
      A Service is made for the ports of an application. Without ports there is none, whatever `service` says about it.
      """,
    broken: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          service: {type: LoadBalancer}
      """,
    mended: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          port: 80
          service: {type: LoadBalancer}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.compactMap { release, workload in
      guard workload.ports.isEmpty, workload.service.type != .clusterIP else { return nil }
      return problem(
        "'\(release.name)' asks for a Service of type \(workload.service.type.rawValue), but has no ports",
        at: workload.place(of: "service"), fix: "add 'port', or remove 'service'")
    }
  }
}
