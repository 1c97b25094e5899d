package import Blueprint
import Diagnostics
import JSON

extension Blueprint {
  /// The blueprint with a release for every component of the catalogue that it asks for, before the other releases.
  package func expandingComponents() -> Blueprint {
    var expanded = self
    let parts = contributions
    expanded.releases = parts.flatMap { releases(of: $0) } + releases
    expanded.addMonitors(of: parts)
    expanded.expansion = parts
    return expanded
  }

  /// What each component makes of its options, in the order of the file.
  package var contributions: [ComponentPart] {
    if let known = expansion as? [ComponentPart] { return known }
    return components.compactMap { use in
      if let own = use.options as? OwnOptions {
        return part(for: use, own.component.about) { own.component.contribution(own.values, $0) }
      }
      return component(named: use.component).flatMap { component in
        part(for: use, component.about) { component.contribution(use.options, $0) }
      }
    }
  }

  private func part(
    for use: ComponentUse, _ about: About, _ contribute: (ComponentContext) -> Contribution?
  ) -> ComponentPart? {
    var namespace = use.namespace ?? NamespaceSpec(name: about.namespace, span: use.release.namespace.span)
    if about.isPrivileged, namespace.labels[Self.podSecurity] == nil {
      namespace.labels[Self.podSecurity] = "privileged"
    }
    let context = ComponentContext(blueprint: self, use: use, namespace: namespace.name)
    return contribute(context).map { contribution in
      var contribution = contribution
      contribution.problems += context.missingExtensions(about.nodes)
      return ComponentPart(use: use, about: about, namespace: namespace, contribution: contribution)
    }
  }

  /// A component's companions, each after the one before it, and its own release after all of them.
  private func releases(of part: ComponentPart) -> [Release] {
    let use = part.use
    let about = part.about
    let contribution = part.contribution
    let context = ComponentContext(blueprint: self, use: use, namespace: part.namespace.name)
    let needed = about.dependsOn.filter(context.has) + contribution.dependsOn
    let before = about.after.filter(context.has)
    let companions = contribution.companions.map { companion in
      var release = Release(
        name: "\(use.name)-\(companion.suffix)", section: .platform, namespace: part.namespace,
        source: companion.chart.map { source($0, $0.version, use.release.span) } ?? .manifests([]),
        span: use.release.span, values: companion.values, dependsOn: use.release.dependsOn, after: use.release.after,
        retries: use.release.retries, timeout: use.release.timeout, pruneProtected: use.release.pruneProtected)
      release.additions = companion.objects
      release.waitFor = companion.waitFor.map { WaitTarget(contribution: $0, span: release.span) }
      return release
    }
    var release = use.release
    release.namespace = part.namespace
    if let source = contribution.source {
      release.source = source
    } else if let chart = about.chart {
      release.source = source(chart, use.version?.value ?? chart.version, use.version?.span ?? use.release.span)
    }
    release.values = contribution.values.merging(release.values)
    release.valuesFrom = contribution.valuesFrom + release.valuesFrom
    release.additions = contribution.objects
    release.secretNeeds = contribution.secrets
    release.database = release.database ?? contribution.database
    release.patches = contribution.patches + release.patches
    if let page = contribution.page {
      for index in release.exposures.indices where release.exposures[index].service == nil {
        release.exposures[index].service = page.service
        release.exposures[index].port = release.exposures[index].port ?? page.port
      }
    }
    release.waitFor += contribution.waitFor.map { WaitTarget(contribution: $0, span: release.span) }
    var all = companions + [release]
    for index in all.indices {
      let earlier = index > 0 ? [all[index - 1].name] : []
      all[index].dependsOn += dependencies(needed + earlier, besides: all[index].dependsOn, of: all[index])
      all[index].after += dependencies(before, besides: all[index].dependsOn + all[index].after, of: all[index])
        .filter { !isInLaterLayer($0.name, than: use.name) }
    }
    return all
  }

  /// What the catalogue had better have first gives way to the file's own layers.
  private func isInLaterLayer(_ name: String, than other: String) -> Bool {
    func layer(of name: String) -> Int? {
      layers.firstIndex { $0.releases.contains { $0.name == name } }
    }
    guard let first = layer(of: other), let second = layer(of: name) else { return false }
    return second > first
  }

  private func source(_ chart: ChartReference, _ version: String, _ span: SourceSpan) -> ReleaseSource {
    chart.repository.hasPrefix("oci://")
      ? .chart(.oci(url: chart.repository, version: version, span: span))
      : .chart(.repository(url: chart.repository, name: chart.name, version: version, span: span))
  }

  /// Names of components → the releases that they became.
  private func dependencies(_ names: [String], besides known: [Dependency], of release: Release) -> [Dependency] {
    names.flatMap { name in
      let uses = components.filter { $0.component == name }.map(\.name)
      return uses.isEmpty ? [name] : uses
    }
    .filter { name in name != release.name && !known.contains { $0.name == name } }
    .map { Dependency(name: $0, span: release.span) }
  }

  /// Has Prometheus watch the components, where it is there.
  private mutating func addMonitors(of parts: [ComponentPart]) {
    let name = components.first { $0.component == Self.prometheus }?.name ?? Self.prometheus
    guard let index = releases.firstIndex(where: { $0.name == name }) else { return }
    for part in parts {
      for (position, monitor) in part.contribution.monitors.enumerated() {
        let name = position == 0 ? part.use.name : "\(part.use.name)-\(position + 1)"
        releases[index].additions.append(
          monitor.object(name: name, watching: part.namespace.name, for: releases[index]))
      }
    }
  }

  private static let podSecurity = "pod-security.kubernetes.io/enforce"
  private static let prometheus = "kube-prometheus-stack"
}

/// A component as one cluster has it.
package struct ComponentPart: Sendable {
  package var use: ComponentUse
  package var about: About
  package var namespace: NamespaceSpec
  package var contribution: Contribution
}

extension WaitTarget {
  fileprivate init(contribution text: String, span: SourceSpan) {
    let parts = text.split(separator: "/").map(String.init)
    self.init(
      resource: parts[0], namespace: parts.count == 3 ? parts[1] : nil, name: parts[parts.count - 1], span: span)
  }
}
