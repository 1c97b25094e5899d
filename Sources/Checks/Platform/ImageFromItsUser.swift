import Blueprint
public import Diagnostics

public enum ImageFromItsUser: Rule {
  public static let about = About(
    "CR0619", "An image comes from the registry that needs it to start",
    why: """
      A registry inside the cluster hands out images once it runs. What it waits for, and the registry itself, cannot
      have theirs from it: after the whole cluster was off, neither starts.
      """,
    broken: """
      domain: home.example.net
      platform:
        traefik: {}
      apps:
        registry:
          image: registry.home.example.net/zot:2.1.7
          port: 5000
          expose: registry
      """,
    mended: """
      domain: home.example.net
      platform:
        traefik: {}
      apps:
        registry:
          image: ghcr.io/project-zot/zot:v2.1.7
          port: 5000
          expose: registry
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    var registries: [String: Release] = [:]
    for release in blueprint.releases {
      for exposure in release.exposures where registries[exposure.host.value] == nil {
        registries[exposure.host.value] = release
      }
    }
    return blueprint.workloads.compactMap { release, workload in
      guard let host = workload.image.split(separator: "/").first, let registry = registries[String(host)],
        let path = subject.wait(of: registry.name, for: release.name)
      else { return nil }
      return problem(
        registry.name == release.name
          ? "the image of '\(release.name)' comes from '\(release.name)' itself"
          : "the image of '\(release.name)' comes from '\(registry.name)', which starts only when '\(release.name)' is "
            + "ready",
        at: workload.span, related: path, fix: "take the image from a registry outside the cluster")
    }
  }
}
