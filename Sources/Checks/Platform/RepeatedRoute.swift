import Blueprint
import Catalog
public import Diagnostics
import JSON

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
    let exposures = subject.exposures.compactMap { release, exposure -> Diagnostic? in
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
    return exposures + manifests(subject)
  }

  /// An Ingress or HTTPRoute that the user writes, and whatever else of its kind leads there.
  private static func manifests(_ subject: Subject) -> [Diagnostic] {
    var first: [String: KnownObject] = [:]
    return subject.objects.all.flatMap { object -> [Diagnostic] in
      object.doors.compactMap { door in
        guard let other = first[door.id] else {
          first[door.id] = object
          return nil
        }
        // Two that Croft makes of 'expose' were judged above.
        let isWritten = !object.isGenerated || !other.isGenerated
        guard isWritten, other.name != object.name || other.namespace != object.namespace else { return nil }
        return problem(
          "the \(object.kind) '\(object.name)' of '\(object.release)' leads from '\(door.place)', as '\(other.name)' "
            + "of '\(other.release)' does",
          at: object.span, related: [.init("the other", at: other.span)],
          fix: "give one of them another host or path")
      }
    }
  }
}

extension KnownObject {
  /// Hosts and paths that a route takes requests of.
  fileprivate var doors: [(id: String, place: String)] {
    guard let spec = json["spec"] else { return [] }
    var doors: [(id: String, place: String)] = []
    func add(_ door: String, _ host: String, _ path: String) {
      let place = "\(host)\(path == "/" ? "" : path)"
      doors.append((id: "\(kind) \(door) \(place)", place: place))
    }
    if kind == "Ingress" {
      for rule in spec["rules"]?.array ?? [] {
        guard let host = rule["host"]?.string else { continue }
        for path in rule[path: "http", "paths"]?.array ?? [] {
          add(spec["ingressClassName"]?.string ?? "", host, path["path"]?.string ?? "/")
        }
      }
    } else if kind == "HTTPRoute" {
      let gateways = (spec["parentRefs"]?.array ?? []).compactMap { $0["name"]?.string }.joined(separator: " ")
      let matches = (spec["rules"]?.array ?? []).flatMap { $0["matches"]?.array ?? [] }
      // Headers and methods tell routes apart as well.
      let plain = matches.filter { ($0.object?.keys ?? []).allSatisfy { $0 == "path" } }
      let paths = matches.isEmpty ? ["/"] : plain.map { $0[path: "path", "value"]?.string ?? "/" }
      for host in (spec["hostnames"]?.array ?? []).compactMap(\.string) {
        for path in paths { add(gateways, host, path) }
      }
    }
    return doors
  }
}
