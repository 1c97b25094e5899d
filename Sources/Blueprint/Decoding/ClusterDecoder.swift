import Diagnostics
import YAML

/// The documents of a cluster's files → one blueprint.
///
/// Every file holds the same keys. Lists and mappings of named things are joined, in the order of the files; a name, or
/// a key that describes the whole cluster, is given once.
struct ClusterDecoder {
  static let apiVersion = "croft.dev/v1alpha1"

  private let documents: [Node]
  private let file: String
  private let folder: String
  private let problems: Problems
  private var blueprint: Blueprint
  /// Where each key that can be given once was given.
  private var given: [String: SourceSpan] = [:]

  init(_ documents: [Node], file: String, folder: String, _ problems: Problems) {
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
        fix: "move it out of apps/ and name it in a release: 'manifests: [path]'")
      return
    }
    var reader = MappingReader(entries, of: "a cluster", at: document.span, problems)
    readHead(&reader, isMain: isMain)
    if let network = once("network", .network, &reader) { blueprint.network = network }
    blueprint.nodes += reader.optional("nodes", .list(.node)) ?? []
    let platform = reader.optional("platform", .releases(.platform)) ?? []
    let apps = reader.optional("apps", .releases(.apps)) ?? []
    blueprint.releases += platform + apps
    blueprint.layers += reader.optional("layers", .list(.layer)) ?? []
    reader.finish()
  }

  private mutating func readHead(_ reader: inout MappingReader, isMain: Bool) {
    let apiVersion = Shape<String>.word([Self.apiVersion])
    let kind = Shape<String>.word(["Cluster"])
    let name = Shape<String>.label("the name of a cluster")
    if isMain {
      _ = reader.required("apiVersion", apiVersion)
      _ = reader.required("kind", kind)
      given["name"] = reader.span(of: "name")
      blueprint.name = reader.required("name", name) ?? ""
      if let place = reader.entry("name")?.value.span { blueprint.span = place }
    } else {
      _ = reader.optional("apiVersion", apiVersion)
      _ = reader.optional("kind", kind)
      _ = once("name", name, &reader)
    }
    if let domain = once("domain", .subdomain("a domain"), &reader) { blueprint.domain = domain }
    if let kubernetes = once("kubernetes", .kubernetes, &reader) { blueprint.kubernetes = kubernetes }
  }

  /// An object of Kubernetes that was put where parts of the cluster file belong.
  private func isForeign(_ document: Node) -> Bool {
    guard let version = document["apiVersion"]?.scalar?.text, document["kind"]?.scalar != nil else { return false }
    return !version.hasPrefix("croft.dev/") && document["metadata"] != nil
  }

  /// A key that describes the whole cluster: given in one file, once.
  private mutating func once<Value>(_ key: String, _ shape: Shape<Value>, _ reader: inout MappingReader) -> Value? {
    let value = reader.optional(key, shape)
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
