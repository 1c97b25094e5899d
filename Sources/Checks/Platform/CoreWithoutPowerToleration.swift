import Blueprint
import Catalog
public import Diagnostics
import JSON

public enum CoreWithoutPowerToleration: Rule {
  public static let about = About(
    "CR0616", "DNS or the pod network is kept away while the cluster starts",
    why: """
      While the cluster comes up, its nodes carry the taint of `power`, and pods that do not tolerate it stay away. The
      taint goes when the pod network and DNS work: those have to start under it. The catalogue's cilium and coredns do;
      values of one's own may take that away, and the CoreDNS that k3s brings does not tolerate it.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1, disable: [coredns]}
      nodes:
        - {name: cow, role: control-plane}
      platform:
        coredns: {values: {tolerations: [{key: CriticalAddonsOnly, operator: Exists}]}}
      power: {off: "21:30", on: "07:00"}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1, disable: [coredns]}
      nodes:
        - {name: cow, role: control-plane}
      platform:
        coredns: {}
      power: {off: "21:30", on: "07:00"}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard let power = blueprint.power else { return [] }
    let taint = Taint(power.taint)
    let related = [Diagnostic.Related("the taint is \(power.taint)", at: power.span)]
    let fix = "add {key: \(taint.key), operator: Exists} to its tolerations"
    var found = blueprint.releases.filter { tolerations(of: $0).contains { !taint.isTolerated(by: $0) } }.map {
      problem(
        "'\($0.name)' does not tolerate the taint of a cluster that starts", at: $0.span, related: related, fix: fix)
    }
    if let kubernetes = blueprint.kubernetes, kubernetes.distribution == .k3s,
      !blueprint.releases.contains(where: isDNS),
      !kubernetes.disable.contains(where: { $0.value == "coredns" })
    {
      found.append(
        problem(
          "the CoreDNS that k3s brings does not tolerate the taint of a cluster that starts (\(power.taint))",
          at: power.span, .warning, fix: "add 'coredns: {}' to 'platform', and coredns to 'kubernetes.disable'"))
    }
    return found
  }

  private static func isDNS(_ release: Release) -> Bool { release.name == "coredns" || release.chart == "coredns" }

  /// Lists of tolerations that its pods have for sure.
  private static func tolerations(of release: Release) -> [[JSON]] {
    if case .image(let workload) = release.source { return isDNS(release) ? [workload.tolerations] : [] }
    guard let chart = release.chart else { return [] }
    let given = release.values["tolerations"]?.array
    // What a file or a Secret adds is not known.
    if chart == "coredns" { return given.map { [$0] } ?? (release.valuesFrom.isEmpty ? [[]] : []) }
    if chart == "cilium" { return [given, release.values[path: "operator", "tolerations"]?.array].compactMap { $0 } }
    return []
  }
}

/// `key=value:Effect`
private struct Taint {
  var key: String
  var value: String
  var effect: String

  init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let pair = parts[0].split(separator: "=", maxSplits: 1).map(String.init)
    key = pair[0]
    value = pair.count > 1 ? pair[1] : ""
    effect = parts.count > 1 ? parts[1] : ""
  }

  /// https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
  func isTolerated(by tolerations: [JSON]) -> Bool {
    tolerations.contains { toleration in
      guard toleration["effect"]?.string.map({ $0 == effect || $0.isEmpty }) ?? true else { return false }
      if toleration["operator"]?.string == "Exists" { return toleration["key"]?.string.map { $0 == key } ?? true }
      return toleration["key"]?.string == key && toleration["value"]?.string ?? "" == value
    }
  }
}

extension Release {
  /// The name of its chart.
  fileprivate var chart: String? {
    guard case .chart(let chart) = source else { return nil }
    switch chart {
    case .repository(_, let name, _, _): return name
    case .oci(let url, _, _): return url.split(separator: "/").last.map(String.init)
    case .directory: return nil
    }
  }
}
