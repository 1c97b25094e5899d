import Blueprint
public import Diagnostics

public enum ChartTwice: Rule {
  public static let about = About(
    "CR0802", "Two versions of one chart", .warning,
    why: """
      The same chart is deployed in two versions. Definitions that both bring exist once, so one of the two works with
      those of the other; and every update has to be made twice.
      """,
    broken: """
      apps:
        one:
          namespace: one
          chart: {repository: "https://charts.example.net", name: web, version: 1.2.0}
        two:
          namespace: two
          chart: {repository: "https://charts.example.net", name: web, version: 1.3.0}
      """,
    mended: """
      apps:
        one:
          namespace: one
          chart: {repository: "https://charts.example.net", name: web, version: 1.3.0}
        two:
          namespace: two
          chart: {repository: "https://charts.example.net", name: web, version: 1.3.0}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var first: [String: (version: String, release: String, span: SourceSpan)] = [:]
    var found: [Diagnostic] = []
    for release in subject.blueprint.releases {
      guard case .chart(let chart) = release.source else { continue }
      let key: String
      let version: String
      switch chart {
      case .repository(let url, let name, let number, _): (key, version) = ("\(url) \(name)", number)
      case .oci(let url, let number, _): (key, version) = (url, number)
      case .directory: continue
      }
      guard let other = first[key] else {
        first[key] = (version, release.name, chart.span)
        continue
      }
      if other.version == version { continue }
      found.append(
        problem(
          "'\(release.name)' has version \(version) of a chart that '\(other.release)' has in version \(other.version)",
          at: chart.span, related: [.init("the chart of '\(other.release)'", at: other.span)], fix: "use one version"))
    }
    return found
  }
}
