import Diagnostics
import JSON
import YAML

extension Shape where Value == [Release] {
  /// The releases of `platform` or `apps`, by name.
  static func releases(_ section: Release.Section) -> Shape {
    map("a mapping of releases by name", names: Schema.label(longest: 53), values: { ["$ref": "#/$defs/release"] }) {
      entry, problems in
      entry.checkReleaseName(problems)
      return Shape<Release>.release(entry.key, at: entry.keySpan, section).read(entry.value, problems)
    }
  }
}

extension Node.Entry {
  /// Helm's limit: its own names are made from a release's.
  func checkReleaseName(_ problems: Problems) { checkLabel("the name of a release", longest: 53, problems) }
}

extension Shape where Value == Release {
  static func release(_ name: String, at place: SourceSpan, _ releaseSection: Release.Section) -> Shape {
    section(
      "a release", named: "the release '\(name.shortened)'", explain: "\(releaseSection.rawValue).\(name.shortened)"
    ) { reader in
      let secrets = reader.optional(
        "secrets", .list(.subdomain("the name of a Secret")),
        "Secrets that it reads, brought to its namespace before it starts. Of an image all keys become environment "
          + "variables.")
      let source = reader.source(releaseAt: place, secrets: secrets ?? [])
      var release = Release(
        name: name, section: releaseSection, namespace: NamespaceSpec(name: name, span: place),
        source: source ?? .manifests([]), span: place)
      if let namespace = reader.details(of: &release) { release.namespace = namespace }
      if case .image = source {
      } else {
        release.secretNeeds = (secrets ?? []).map {
          SecretNeed($0, in: release.namespace.name, keys: [], for: "used by '\(name)'")
        }
      }
      release.exposures =
        reader.optional("expose", .exposures, "How it is reached from outside the cluster.") ?? []
      release.database = reader.optional("database", .database, "A database that the platform makes for it.")
      release.scheduling = reader.optional("schedule", .scheduling, "How many pods there are and how they keep apart.")
      release.nodes = reader.optional("nodes", .nodeChoice, "Which nodes it runs on.")
      release.access = reader.optional(
        "access", .access, "Who may talk to it, and to whom it may, besides what follows from the rest of the file.")
      return source == nil ? nil : release
    }
  }
}

extension MappingReader {
  /// The keys that every release has, whatever it is made from.
  /// - Parameter component: the namespace of a component; `nil` for what is named after the release.
  /// - Returns: the namespace, where one is given.
  mutating func details(of release: inout Release, namespace component: String? = nil) -> NamespaceSpec? {
    let namespace = optional(
      "namespace", .namespace(default: component ?? release.name),
      "Where its objects live; made where it is missing. By default "
        + (component.map { "\($0)." } ?? "the release's name."))
    release.values = optional("values", .object, "Values of the chart, laid over all others.") ?? [:]
    release.valuesFrom =
      optional("valuesFrom", .list(.values), "More values of the chart: files, Secrets, ConfigMaps.") ?? []
    release.patches = optional("patches", .list(.patch), "Changes to the objects that it renders.") ?? []
    release.dependsOn =
      optional("dependsOn", .list(.dependency), "Releases that must be ready before it starts.") ?? []
    release.after =
      optional("after", .list(.dependency), "Releases that it had better start after; no reason to wait forever.") ?? []
    release.waitFor =
      optional("waitFor", .list(.waitTarget), "Objects that must be ready before it counts as ready.") ?? []
    release.retries = optional("retries", .retries, "Tries after the first.", byDefault: .int(Release.defaultRetries))
    release.timeout = optional("timeout", .duration, "How long one try may take.", byDefault: "10m")
    release.recreate =
      optional(
        "recreate", .list(.kind),
        "Kinds that may be deleted and made anew when a field changes that Kubernetes does not let change.") ?? []
    release.pruneProtected = optional("prune", .prune, "What is deleted when it is no longer wanted.") ?? false
    return namespace
  }
}

extension Shape where Value == NamespaceSpec {
  /// A name, or `{name, labels, annotations}`.
  fileprivate static func namespace(default name: String) -> Shape {
    let label = Shape<String>.label("a namespace")
    let full = section("a namespace") { reader in
      let given = reader.optional("name", label, "Its name. By default the same as without this mapping.")
      let labels = reader.optional("labels", .labels, "Labels of the Namespace object.")
      let annotations = reader.optional("annotations", .annotations, "Annotations of the Namespace object.")
      let place = reader.entry("name")?.value.span ?? reader.span
      return NamespaceSpec(name: given ?? name, labels: labels ?? [:], annotations: annotations ?? [:], span: place)
    }
    return Shape(
      "\(label.expected), or a mapping with name, labels and annotations",
      schema: { ["anyOf": [label.schema(), full.schema()]] }
    ) { node, problems in
      if case .mapping = node.content { return full.read(node, problems) }
      return label.read(node, problems).map { NamespaceSpec(name: $0, span: node.span) }
    }
  }
}

extension Shape where Value == Bool {
  /// `{protected: true}`
  fileprivate static var prune: Shape {
    section("prune") { reader in
      reader.optional(
        "protected", .truth, "Also deletes namespaces, claims and definitions that it no longer contains.",
        byDefault: false) ?? false
    }
  }
}

extension Shape where Value == String {
  /// The kind of an object, as manifests write it: `Job`.
  static var kind: Shape {
    scalar("a kind such as Job", schema: Schema.words(matching: "^[A-Z][A-Za-z0-9]*$")) { text throws(Fault) in
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
