package import Blueprint
import Diagnostics
import JSON

extension Blueprint {
  /// The blueprint with a release for every component of the catalogue that it asks for, before the other releases.
  package func expandingComponents() -> Blueprint {
    var expanded = self
    let made = components.compactMap { use in
      allComponents.first { $0.about.name == use.component }.flatMap { release(for: use, $0) }
    }
    expanded.releases = made + releases
    return expanded
  }

  private func release<Kind: Component>(for use: ComponentUse, _ component: Kind.Type) -> Release? {
    let about = component.about
    var release = use.release
    if let namespace = use.namespace {
      release.namespace = namespace
    } else {
      release.namespace.name = about.namespace
    }
    if about.isPrivileged, release.namespace.labels[Self.podSecurity] == nil {
      release.namespace.labels[Self.podSecurity] = "privileged"
    }
    let context = ComponentContext(blueprint: self, use: use, namespace: release.namespace.name)
    guard let contribution = component.contribution(use.options, context) else { return nil }
    release.source = source(about, use)
    release.values = contribution.values.merging(release.values)
    release.additions = contribution.objects
    release.secretNeeds = contribution.secrets
    release.waitFor += contribution.waitFor.map { WaitTarget(contribution: $0, span: release.span) }
    let hard = about.dependsOn.filter(context.has) + contribution.dependsOn
    release.dependsOn += dependencies(hard, besides: release.dependsOn, of: release)
    release.after += dependencies(
      about.after.filter(context.has), besides: release.dependsOn + release.after, of: release)
    return release
  }

  private func source(_ about: About, _ use: ComponentUse) -> ReleaseSource {
    guard let chart = about.chart else { return .manifests([]) }
    let version = use.version?.value ?? chart.version
    let span = use.version?.span ?? use.release.span
    return chart.repository.hasPrefix("oci://")
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

  private static let podSecurity = "pod-security.kubernetes.io/enforce"
}

extension WaitTarget {
  fileprivate init(contribution text: String, span: SourceSpan) {
    let parts = text.split(separator: "/").map(String.init)
    self.init(
      resource: parts[0], namespace: parts.count == 3 ? parts[1] : nil, name: parts[parts.count - 1], span: span)
  }
}
