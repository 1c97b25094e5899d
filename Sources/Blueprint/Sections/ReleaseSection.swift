import JSON
import YAML

extension Shape where Value == [Release] {
  /// The releases of `platform` or `apps`, by name.
  static func releases(_ section: Release.Section) -> Shape {
    map("a mapping of releases by name") { entry, problems in
      // Helm's limit: its own names are made from a release's.
      entry.checkLabel("the name of a release", longest: 53, problems)
      return Shape<Release>.release(entry, section).read(entry.value, problems)
    }
  }
}

extension Shape where Value == Release {
  fileprivate static func release(_ entry: Node.Entry, _ releaseSection: Release.Section) -> Shape {
    section("a release", named: "the release '\(entry.key.shortened)'") { reader in
      let namespace = reader.optional("namespace", .namespace(default: entry.key))
      let source = reader.source(releaseAt: entry.keySpan)
      let values = reader.optional("values", .object)
      let valuesFrom = reader.optional("valuesFrom", .list(.values))
      let patches = reader.optional("patches", .list(.patch))
      let dependsOn = reader.optional("dependsOn", .list(.dependency))
      let after = reader.optional("after", .list(.dependency))
      let waitFor = reader.optional("waitFor", .list(.waitTarget))
      let retries = reader.optional("retries", .retries)
      let timeout = reader.optional("timeout", .duration)
      let recreate = reader.optional("recreate", .list(.kind))
      let prune = reader.optional("prune", .prune)
      guard let source else { return nil }
      return Release(
        name: entry.key, section: releaseSection,
        namespace: namespace ?? NamespaceSpec(name: entry.key, span: entry.keySpan), source: source,
        span: entry.keySpan, values: values ?? [:], valuesFrom: valuesFrom ?? [], patches: patches ?? [],
        dependsOn: dependsOn ?? [], after: after ?? [], waitFor: waitFor ?? [], retries: retries, timeout: timeout,
        recreate: recreate ?? [], pruneProtected: prune ?? false)
    }
  }
}

extension Shape where Value == NamespaceSpec {
  /// A name, or `{name, labels, annotations}`.
  fileprivate static func namespace(default name: String) -> Shape {
    let label = Shape<String>.label("a namespace")
    let full = section("a namespace") { reader in
      let given = reader.optional("name", label)
      let labels = reader.optional("labels", .labels)
      let annotations = reader.optional("annotations", .annotations)
      let place = reader.entry("name")?.value.span ?? reader.span
      return NamespaceSpec(name: given ?? name, labels: labels ?? [:], annotations: annotations ?? [:], span: place)
    }
    return Shape("\(label.expected), or a mapping with name, labels and annotations") { node, problems in
      if case .mapping = node.content { return full.read(node, problems) }
      return label.read(node, problems).map { NamespaceSpec(name: $0, span: node.span) }
    }
  }
}

extension Shape where Value == Bool {
  /// `{protected: true}`
  fileprivate static var prune: Shape {
    section("prune") { reader in reader.optional("protected", .truth) ?? false }
  }
}

extension Shape where Value == String {
  /// The kind of an object, as manifests write it: `Job`.
  static var kind: Shape {
    scalar("a kind such as Job") { text throws(Fault) in
      guard let first = text.first, first.isASCII, first.isUppercase, text.utf8.allSatisfy(Name.isAlphanumeric) else {
        let mended = text.prefix(1).uppercased() + text.dropFirst()
        throw Fault(
          code: "CR0206", message: "'\(text.shortened)' is not a kind: letters and digits, the first a capital",
          fix: text.utf8.allSatisfy(Name.isAlphanumeric) && !text.isEmpty
            ? "write \(mended), as manifests do" : "write the kind as manifests do, such as Job or StatefulSet")
      }
      return text
    }
  }
}
