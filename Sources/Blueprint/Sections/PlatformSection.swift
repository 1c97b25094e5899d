import Diagnostics
import JSON
import YAML

/// One entry of `platform`: a release that says itself what it is made from, or a component of the catalogue.
enum PlatformEntry: Sendable {
  case release(Release)
  case component(ComponentUse)
}

extension Shape where Value == [PlatformEntry] {
  static func platform(_ kinds: [ComponentKind]) -> Shape {
    let byName = Dictionary(kinds.map { ($0.name, $0) }) { first, _ in first }
    let entries = map("a mapping of components and releases by name", values: { true }) { entry, problems in
      entry.checkReleaseName(problems)
      let isRelease = MappingReader.sources.contains { entry.value[$0] != nil }
      let component = entry.value["component"]
      guard !isRelease || component != nil, !kinds.isEmpty else {
        return Shape<Release>.release(entry.key, at: entry.keySpan, .platform).read(entry.value, problems)
          .map { .release($0) }
      }
      if let component, component.scalar == nil {
        problems.mismatch(component, expected: "the name of a component")
        return nil
      }
      let name = component?.scalar?.text ?? entry.key
      guard let kind = byName[name] else {
        let nearest = Suggestion.nearest(to: name, among: byName.keys)
        problems.report(
          "CR0223", "there is no component '\(name.shortened)' in the catalogue", at: component?.span ?? entry.keySpan,
          fix: nearest.map { "did you mean '\($0)'?" }
            ?? "say what it is made from ('chart:', 'kustomize:', 'manifests:' or 'image:'), or add a component of your own"
        )
        return nil
      }
      guard kind.isKnown else { return nil }
      return Shape<ComponentUse>.component(entry.key, at: entry.keySpan, kind).read(entry.value, problems)
        .map { .component($0) }
    }
    return Shape(entries.expected, schema: { PlatformSchema.whole(kinds) }, read: entries.read)
  }
}

extension Shape where Value == ComponentUse {
  static func component(_ name: String, at place: SourceSpan, _ kind: ComponentKind) -> Shape {
    section(
      "the component \(kind.name)", named: "the component '\(name.shortened)'", explain: "platform.\(kind.name)"
    ) { reader in
      _ = reader.optional(
        "component", .word([kind.name]), "Which component this is, where it goes by another name.")
      let version = reader.optional(
        "version", .located(.chartVersion), "Another version of the chart than the catalogue's.")
      var release = Release(
        name: name, section: .platform, namespace: NamespaceSpec(name: kind.namespace, span: place),
        source: .manifests([]), span: place)
      let namespace = reader.details(of: &release, namespace: kind.namespace)
      release.exposures =
        reader.optional("expose", .exposures, "How it is reached from outside the cluster.") ?? []
      release.access = reader.optional(
        "access", .access, "Who may talk to it, and to whom it may, besides what follows from the rest of the file.")
      guard let options = kind.options(&reader) else { return nil }
      return ComponentUse(
        name: name, component: kind.name, options: options, version: version, namespace: namespace, release: release)
    }
  }
}

extension SourceSpan {
  /// Where nothing is written.
  static var nowhere: SourceSpan { SourceSpan(file: "", line: 1, column: 1) }
}
