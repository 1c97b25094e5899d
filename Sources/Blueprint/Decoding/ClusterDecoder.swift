import Diagnostics
import JSON
import YAML

/// The documents of a cluster's files → one blueprint.
///
/// Every file holds the same keys. Lists and mappings of named things are joined, in the order of the files; a name, or
/// a key that describes the whole cluster, is given once.
struct ClusterDecoder {
  static let apiVersion = "croft.dev/v1alpha1"

  let documents: [Node]
  private let file: String
  private let folder: String
  let problems: Problems
  private let components: [ComponentKind]
  private var blueprint: Blueprint
  /// Where each key that can be given once was given.
  private var given: [String: SourceSpan] = [:]

  init(_ documents: [Node], file: String, folder: String, components: [ComponentKind], _ problems: Problems) {
    self.components = components
    self.documents = documents
    self.file = file
    self.folder = folder
    self.problems = problems
    let place = documents.first?.span ?? SourceSpan(file: file, line: 1, column: 1)
    blueprint = Blueprint(name: "", directory: folder.isEmpty ? "." : folder, span: place)
  }

  /// `nil` where there is nothing to decode; what is wrong is in `problems`.
  mutating func decode() -> Blueprint? {
    guard let first = documents.first(where: { $0.span.file == file }) else {
      // A file that could not be read has been reported already.
      if !problems.diagnostics.contains(where: { $0.span?.file == file || $0.span == nil && $0.severity == .error }) {
        problems.report(
          "CR0220", "\(file) is empty", at: SourceSpan(file: file, line: 1, column: 1),
          fix: "start with 'apiVersion: \(Self.apiVersion)', 'kind: Cluster' and 'name:'")
      }
      return nil
    }
    var main = true
    for document in documents {
      read(document, isMain: main && document.span == first.span)
      if document.span == first.span { main = false }
    }
    checkNames()
    checkSystems(blueprint.kubernetes?.distribution)
    completeHosts()
    let sections: [Release.Section] = [.platform, .apps]
    blueprint.releases = sections.flatMap { section in blueprint.releases.filter { $0.section == section } }
    return blueprint
  }

  private mutating func read(_ document: Node, isMain: Bool) {
    guard case .mapping(let entries) = document.content else {
      problems.report(
        "CR0220", "expected the keys of a cluster, found \(document.found)", at: document.span,
        fix: "write 'key: value' lines, such as 'name: home'")
      return
    }
    if isForeign(document) {
      problems.report(
        "CR0220", "this is a Kubernetes object, not a part of a cluster file",
        at: document["kind"]?.span ?? document.span,
        fix: "name it in a release, 'manifests: [path]', and neither keep it below apps/ nor name it in 'include'")
      return
    }
    var reader = MappingReader(entries, of: "a cluster", explain: "cluster", at: document.span, problems)
    readKeys(&reader, isMain: isMain)
    reader.finish()
  }

  private mutating func readKeys(_ reader: inout MappingReader, isMain: Bool) {
    readHead(&reader, isMain: isMain)
    readParts(&reader)
    readOperations(&reader)
    _ = reader.optional("include", .list(.path("a file with more of the same keys")), "More files of this cluster.")
    _ = reader.optional(
      "environments", .environments,
      "What is different in a variant of this cluster, by its name: the same keys, laid over those of the file.")
  }

  /// What may be spread over several files.
  private mutating func readParts(_ reader: inout MappingReader) {
    blueprint.nodes += reader.optional("nodes", .list(.node), "The machines.") ?? []
    for entry in reader.optional("platform", .platform(components), "What applications stand on.") ?? [] {
      switch entry {
      case .release(let release): blueprint.releases.append(release)
      case .component(let component): blueprint.components.append(component)
      }
    }
    blueprint.releases += reader.optional("apps", .releases(.apps), "The applications.") ?? []
    blueprint.layers +=
      reader.optional(
        "layers", .list(.layer), "The order of the roll-out, where dependencies alone are not to decide.") ?? []
  }

  /// What a file can hold, as JSON Schema.
  mutating func schema(isMain: Bool) -> JSON {
    var reader = MappingReader(describing: "a cluster")
    readKeys(&reader, isMain: isMain)
    return reader.schema
  }

  /// `paper` is `paper.` and the cluster's domain.
  private mutating func completeHosts() {
    let domain = blueprint.domain
    for index in blueprint.releases.indices { Self.completeHosts(of: &blueprint.releases[index], domain, problems) }
    for index in blueprint.components.indices {
      Self.completeHosts(of: &blueprint.components[index].release, domain, problems)
    }
  }

  /// What it needs is given to it: with the decoder itself every release would be copied for each.
  private static func completeHosts(of release: inout Release, _ domain: String?, _ problems: Problems) {
    for index in release.exposures.indices where !release.exposures[index].host.value.contains(".") {
      let host = release.exposures[index].host
      guard let domain else {
        problems.report(
          "CR0224", "'\(host.value)' is below the cluster's domain, and the file gives none", at: host.span,
          fix: "add 'domain:' at the top of the file, or write the whole name")
        continue
      }
      release.exposures[index].host.value = "\(host.value).\(domain)"
    }
  }

  private mutating func readHead(_ reader: inout MappingReader, isMain: Bool) {
    let apiVersion = Shape<String>.word([Self.apiVersion])
    let aboutVersion = "The version of this language."
    let aboutKind = "What the file describes."
    let kind = Shape<String>.word(["Cluster"])
    let name = Shape<String>.label("the name of a cluster")
    if isMain {
      _ = reader.required("apiVersion", apiVersion, aboutVersion)
      _ = reader.required("kind", kind, aboutKind)
      given["name"] = reader.span(of: "name")
      blueprint.name = reader.required("name", name, "The cluster's name.") ?? ""
      if let place = reader.entry("name")?.value.span { blueprint.span = place }
    } else {
      _ = reader.optional("apiVersion", apiVersion, aboutVersion)
      _ = reader.optional("kind", kind, aboutKind)
      _ = once("name", name, "The cluster's name.", &reader)
    }
    let domain = Shape<String>.subdomain("a domain")
    if let domain = once("domain", domain, "The domain of names without a dot.", &reader) { blueprint.domain = domain }
    if let kubernetes = once("kubernetes", .kubernetes, "The Kubernetes that runs on the nodes.", &reader) {
      blueprint.kubernetes = kubernetes
    }
    if let network = once("network", .network, "Addresses, inside and outside the cluster.", &reader) {
      blueprint.network = network
    }
  }

  /// What keeps the cluster running.
  private mutating func readOperations(_ reader: inout MappingReader) {
    if let gitops = once("gitops", .gitops, "How the cluster follows Git.", &reader) { blueprint.gitops = gitops }
    if let secrets = once("secrets", .secrets, "Where secrets come from.", &reader) { blueprint.secrets = secrets }
    if let power = once("power", .power, "When the cluster is off, and in which order it goes there.", &reader) {
      blueprint.power = power
    }
    if let backup = once("backup", .backup, "What is kept elsewhere.", &reader) { blueprint.backup = backup }
    if let machines = once("machines", .machines, "What Debian machines have in common.", &reader) {
      blueprint.machines = machines
    }
    if let nixos = once("nixos", .nixos, "What NixOS machines have in common.", &reader) { blueprint.nixos = nixos }
  }

  /// An object of Kubernetes that was put where parts of the cluster file belong.
  private func isForeign(_ document: Node) -> Bool {
    guard let version = document["apiVersion"]?.scalar?.text, document["kind"]?.scalar != nil else { return false }
    return !version.hasPrefix("croft.dev/") && document["metadata"] != nil
  }

  /// A key that describes the whole cluster: given in one file, once.
  private mutating func once<Value>(
    _ key: String, _ shape: Shape<Value>, _ about: String, _ reader: inout MappingReader
  ) -> Value? {
    let value = reader.optional(key, shape, about)
    guard let place = reader.span(of: key) else { return nil }
    if let first = given[key] {
      problems.report(
        "CR0214", "'\(key)' is given twice", at: place, related: [.init("it is given here first", at: first)],
        fix: "keep one of the two")
      return nil
    }
    given[key] = place
    return value
  }
}

// MARK: Names

extension ClusterDecoder {
  /// Looks at what is written, not at what could be decoded: a name is taken even where the rest is wrong.
  private func checkNames() {
    unique(named("nodes"), "the node")
    let releases = documents.flatMap { document in
      ["platform", "apps"].flatMap { document[$0]?.entries ?? [] }.map { ($0.key, $0.keySpan) }
    }
    unique(releases, "the release")
    unique(named("layers"), "the layer")
  }

  private func named(_ list: String) -> [(String, SourceSpan)] {
    documents.flatMap { $0[list]?.elements ?? [] }.compactMap { element in
      element["name"].flatMap { name in name.scalar.map { ($0.text, name.span) } }
    }
  }

  private func unique(_ names: [(String, SourceSpan)], _ noun: String) {
    var first: [String: SourceSpan] = [:]
    for (name, place) in names {
      if let earlier = first[name] {
        problems.report(
          "CR0214", "\(noun) '\(name)' is given twice", at: place,
          related: [.init("it is given here first", at: earlier)], fix: "rename or remove one of the two")
      } else {
        first[name] = place
      }
    }
  }
}
