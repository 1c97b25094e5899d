import Diagnostics
import JSON
import YAML

extension MappingReader {
  static let sources = ["chart", "kustomize", "manifests", "image"]

  /// What a release is made from: exactly one of four keys, with the keys that belong to it.
  /// - Parameter secrets: what the key of that name holds.
  mutating func source(releaseAt place: SourceSpan, secrets: [String]) -> ReleaseSource? {
    let chart = optional("chart", .chart, "The Helm chart that it is made from.")
    let kustomize = optional(
      "kustomize", .located(.filled("the folder of a kustomization, or a URL that kubectl understands")),
      "The kustomization that it is made from.")
    let manifests = optional(
      "manifests", .oneOrMany(.manifest),
      "What it is made from: files or folders of manifests, and objects written out.")
    let image = optional(
      "image", .located(.image), "The container image that it is made from, with the keys that shape its workload.")
    let workload = workload(image: image, secrets: secrets)
    let choice = choose(among: Self.sources, code: "CR0215", fix: "a release is made from one source; keep one")
    bind(Workload.keys, to: "image", choice, because: "only an 'image' is made into a workload")
    bind(["values", "valuesFrom"], to: "chart", choice, because: "only a 'chart' takes values")
    guard case .one(let given) = choice else {
      if choice == .none {
        reportMissing(
          Self.sources, code: "CR0215", "\(subject) says nothing of what it is made from", at: place,
          fix: "add one of 'chart:', 'kustomize:', 'manifests:' or 'image:'")
      }
      return nil
    }
    switch given {
    case "chart": return chart.map { .chart($0) }
    case "kustomize": return kustomize.map { .kustomize($0.value, span: $0.span) }
    case "manifests": return manifests.map { .manifests($0) }
    default: return workload.map { .image($0) }
    }
  }
}

extension Shape where Value == ChartSource {
  /// `{repository, name, version}`, `{oci, version}` or `{path}`.
  package static var chart: Shape {
    section("a chart") { reader in
      let repository = reader.optional("repository", .webAddress, "A chart repository.")
      let oci = reader.optional("oci", .ociAddress, "A chart in a registry.")
      let path = reader.optional("path", .path("a chart's folder"), "A chart in a folder.")
      let name = reader.optional("name", .subdomain("the name of a chart"), "Its name in the repository.")
      let version = reader.optional("version", .chartVersion, "Its exact version.")
      let places = ["repository", "oci", "path"]
      let choice = reader.choose(among: places, code: "CR0215", fix: "a chart comes from one place; keep one")
      reader.bind(["name"], to: "repository", choice, because: "only a 'repository' holds charts by name")
      reader.need(["name", "version"], besides: "repository")
      reader.need(["version"], besides: "oci")
      reader.refuse(["version"], besides: "path", because: "a folder holds one version")
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            places, code: "CR0215", "the chart comes from nowhere", at: reader.span,
            fix: "add 'repository:' with 'name:' and 'version:', 'oci:' with 'version:', or 'path:'")
        }
        return nil
      }
      switch given {
      case "repository":
        guard let repository, let name, let version else { return nil }
        return .repository(url: repository, name: name, version: version, span: reader.span)
      case "oci":
        guard let oci, let version else { return nil }
        return .oci(url: oci, version: version, span: reader.span)
      default: return path.map { .directory(path: $0, span: reader.span) }
      }
    }
  }
}

extension Shape where Value == ManifestSource {
  /// The path of a file or folder, or an object written out.
  fileprivate static var manifest: Shape {
    let path = Shape<String>.path("a manifest's file or folder")
    return Shape(
      "the path of a manifest, or an object",
      schema: { ["anyOf": [path.schema(), Schema.object, Schema.listOfObjects]] }
    ) { node, problems in
      guard case .mapping = node.content else {
        return path.read(node, problems).map { .path($0, span: node.span) }
      }
      guard let object = Shape<JSON>.object.read(node, problems) else { return nil }
      let isList = object["kind"]?.string?.hasSuffix("List") == true && object["items"] != nil
      var missing = ["apiVersion", "kind"].filter { object[$0]?.string?.isEmpty ?? true }
      if !isList, object[path: "metadata", "name"]?.string?.isEmpty ?? true { missing.append("metadata.name") }
      guard missing.isEmpty else {
        problems.report(
          "CR0221", "this object has no \(missing.joined(separator: ", no "))", at: node.span,
          fix: "every object has apiVersion, kind and metadata.name; a name that looks like a number needs quotes")
        return nil
      }
      return .inline(object, span: node.span)
    }
  }
}
