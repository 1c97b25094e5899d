import Blueprint
public import Diagnostics
import JSON

public enum DefaultPassword: Rule {
  public static let about = About(
    "CR0707", "A password that everybody knows", .warning,
    why: """
      Passwords such as `admin` and `changeme`, and those that a chart has where none is given, are the first that are
      tried. They are found in minutes where a page can be reached, and inside the house by whatever else was let in.
      """,
    broken: """
      apps:
        registry:
          chart: {repository: "https://helm.goharbor.io", name: harbor, version: 1.19.0}
      """,
    mended: """
      apps:
        registry:
          chart: {repository: "https://helm.goharbor.io", name: harbor, version: 1.19.0}
          values: {existingSecretAdminPassword: harbor-admin}
      """)

  /// Charts that have a password where none is given: where one can be, and theirs.
  private static let charts: [String: (places: [[String]], password: String)] = [
    "harbor": ([["harborAdminPassword"], ["existingSecretAdminPassword"]], "Harbor12345"),
    "pihole": ([["adminPassword"], ["admin", "existingSecret"], ["admin", "enabled"]], "admin"),
    "nextcloud": ([["nextcloud", "password"], ["nextcloud", "existingSecret"]], "changeme"),
  ]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let written = subject.credentials.filter(\.isWellKnown).map {
      problem("\($0.name) is '\($0.value)', which everybody tries first", at: $0.span, fix: $0.fix)
    }
    let left = subject.blueprint.releases.compactMap { release -> Diagnostic? in
      guard case .chart(.repository(_, let name, _, let span)) = release.source, let chart = charts[name],
        // What a file or a Secret adds is not known.
        release.valuesFrom.isEmpty, !chart.places.contains(where: { release.values.value(at: $0) != nil })
      else { return nil }
      let places = chart.places.map { "'\($0.joined(separator: "."))'" }
      return problem(
        "'\(release.name)' has the password '\(chart.password)' of its chart", at: span,
        fix: "give it one of its own in 'values': \(places[1])")
    }
    return written + left
  }
}

extension JSON {
  fileprivate func value(at path: [String]) -> JSON? {
    path.reduce(self as JSON?) { $0?[$1] }
  }
}
