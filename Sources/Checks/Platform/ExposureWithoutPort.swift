import Blueprint
import Catalog
public import Diagnostics

public enum ExposureWithoutPort: Rule {
  public static let about = About(
    "CR0609", "The port behind a host is not known",
    why: """
      A host leads to a port of a Service. For an image that is the application's first port, or the one that `expose`
      names of them. Which Service and which port a chart makes only the chart knows: port 80 of a Service with the
      release's name is a guess.
      """,
    broken: """
      domain: example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          expose: www
      """,
    mended: """
      domain: example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: www
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.exposures.compactMap { release, exposure in
      guard case .image(let workload) = release.source, exposure.service ?? release.name == release.name else {
        if exposure.port != nil { return nil }
        return problem(
          "which port of '\(exposure.service ?? release.name)' is behind '\(exposure.host.value)' is a guess: 80",
          at: exposure.host.span, .warning, fix: "add 'port', and 'service' where it is not '\(release.name)'")
      }
      guard exposure.backend(of: release) != nil else {
        return problem(
          "'\(release.name)' is exposed, but has no port for TCP", at: exposure.host.span, fix: "add 'port'")
      }
      let ports = workload.ports.filter { $0.transport == "TCP" }.map(\.port)
      guard let port = exposure.port, !ports.contains(port) else { return nil }
      return problem(
        "'\(release.name)' is exposed at its port \(port), which it does not have", at: exposure.host.span,
        related: [.init("its ports", at: workload.place(of: workload.places["ports"] == nil ? "port" : "ports"))],
        fix: "write one of its ports: \(ports.map(String.init).joined(separator: ", "))")
    }
  }
}
