import Blueprint
import Catalog
public import Diagnostics

public enum HostOutsideDomain: Rule {
  public static let about = About(
    "CR0605", "A host is outside the cluster's domain", .warning,
    why: """
      Names below `domain` are answered for in the home, and certificates for them can be had. A host elsewhere needs a
      DNS record and a certificate that nothing here makes; mostly it is a slip of the pen.
      """,
    broken: """
      domain: home.example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: www.home.exmaple.net
      """,
    mended: """
      domain: home.example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: www.home.example.net
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let domain = subject.blueprint.domain else { return [] }
    // A parent of the domain is mostly the same owner's: home.example.net and www.example.net.
    let parent = domain.split(separator: ".").count > 2 ? domain.split(separator: ".").dropFirst() : []
    let domains = [domain] + (parent.isEmpty ? [] : [parent.joined(separator: ".")])
    return subject.exposures.compactMap { release, exposure in
      let host = exposure.host.value
      guard host.contains("."), exposure.gateway != .tailscale,
        !domains.contains(where: { host == $0 || host.hasSuffix(".\($0)") })
      else { return nil }
      return problem(
        "the host '\(host)' of '\(release.name)' is outside the cluster's domain '\(domain)'", at: exposure.host.span,
        fix: Suggestion.nearest(to: host, among: [domain]).map { "did you mean '\($0)'?" }
          ?? "write a name below '\(domain)', such as '\(release.name)' alone")
    }
  }
}
