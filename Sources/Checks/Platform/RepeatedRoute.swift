import Blueprint
import Catalog
public import Diagnostics

public enum RepeatedRoute: Rule {
  public static let about = About(
    "CR0606", "Two applications are exposed at one host and path",
    why: """
      A request can go to one application only. Which of two gets it, ingresses decide by the age of objects or by their
      names, and may decide anew at any time.
      """,
    broken: """
      domain: example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: www
        blog:
          image: ghcr.io/example/blog:1.2
          port: 8080
          expose: www.example.net
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
        blog:
          image: ghcr.io/example/blog:1.2
          port: 8080
          expose: {host: www, path: /blog}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var first: [String: (release: Release, exposure: Exposure)] = [:]
    return subject.exposures.compactMap { release, exposure in
      // The same host can lead elsewhere for clients of the house.
      let door = exposure.ingress?.value ?? exposure.gateway.rawValue
      let id = "\(door) \(exposure.host.value)\(exposure.path)"
      guard let other = first[id] else {
        first[id] = (release, exposure)
        return nil
      }
      let place = exposure.path == "/" ? "" : exposure.path
      return problem(
        other.release.name == release.name
          ? "'\(release.name)' is exposed at '\(exposure.host.value)\(place)' twice"
          : "'\(release.name)' is exposed at '\(exposure.host.value)\(place)', as '\(other.release.name)' is",
        at: exposure.host.span, related: [.init("first here", at: other.exposure.host.span)],
        fix: "give one of them another host or 'path'")
    }
  }
}
