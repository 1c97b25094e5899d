package import Blueprint
import Diagnostics
package import JSON
package import YAML

extension OwnComponent {
  /// Reads the document of a component: what the cluster file can then name.
  package static func kind(_ node: Node, _ problems: Problems) -> ComponentKind? {
    let count = problems.diagnostics.count { $0.severity == .error }
    let read = Shape<OwnComponent>.ownComponent.read(node, problems)
    // What is wrong with a part of it must not pass for what it does not have.
    guard let component = read, problems.diagnostics.count(where: { $0.severity == .error }) == count else {
      return nil
    }
    let about = component.about
    return ComponentKind(about.name, about.summary, namespace: about.namespace) { reader in
      OwnOption.read(component.options, &reader).map { OwnOptions(component: component, values: $0) }
    }
  }

  /// JSON Schema 2020-12 of a component's file.
  package static var schema: JSON {
    let head: JSON = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "https://croft.dev/schema/v1alpha1/component.json", "title": "Component of a Croft cluster",
    ]
    var schema = head.merging(Shape<OwnComponent>.ownComponent.schema())
    schema["$defs"] = ["option": Shape<OwnOption>.definition]
    return schema
  }
}

extension Shape where Value == OwnComponent {
  static var ownComponent: Shape {
    section("a component", explain: "component") { reader in
      _ = reader.required("apiVersion", .word(["croft.dev/v1alpha1"]), "The version of this language.")
      _ = reader.required("kind", .word(["Component"]), "What the file describes.")
      let name = reader.required("name", .label("the name of a component", longest: 53), "What 'platform' calls it.")
      let summary = reader.required(
        "summary", .filled("a sentence"), "What it does, in a sentence: for 'croft explain' and editors.")
      let chart = reader.optional("chart", .chart, "The Helm chart that it is made from. By default 'objects' alone.")
      let options =
        reader.optional(
          "options", .options(besides: ComponentKind.commonKeys), "What the cluster file can say of it.") ?? []
      let templates = TemplateReader(options: options)
      let values = reader.optional("values", .template(templates), "Values of the chart.")
      let objects = reader.optional("objects", .list(.object(templates)), "Objects besides the chart's.")
      reader.bindValues()
      reader.needSource(at: reader.span)
      var about = About(name ?? "", summary ?? "", namespace: name ?? "")
      reader.read(&about)
      let folder = chart.flatMap { chart -> ReleaseSource? in
        if case .directory = chart { .chart(chart) } else { nil }
      }
      about.chart = chart.flatMap { ChartReference($0) }
      let waitFor = reader.optional(
        "waitFor", .list(.templated(.waitTarget, templates)), "Objects that must be ready before it counts as ready.")
      let secrets = reader.optional("secrets", .list(.secret(templates)), "Secrets that somebody has to provide.")
      let openings = reader.optional(
        "openings", .list(.access(templates)),
        "What may reach it and what it must reach, where the cluster denies by default.")
      let page = reader.optional("page", .page(templates), "The Service of its web page, which 'expose' leads to.")
      let monitors = reader.optional("monitors", .list(.watch(templates)), "Where Prometheus finds its figures.")
      let classes = reader.optional(
        "classes", .list(.storageClass(templates)), "Classes that volumes can be asked for by.")
      return OwnComponent(
        about: about, folder: folder, options: options, values: values, objects: objects ?? [],
        waitFor: waitFor ?? [], secrets: secrets ?? [], openings: openings ?? [], page: page,
        monitors: monitors ?? [], classes: classes ?? [])
    }
  }
}

extension MappingReader {
  fileprivate mutating func bindValues() { need(["chart"], besides: "values") }

  fileprivate mutating func needSource(at place: SourceSpan) {
    if entry("chart") == nil, entry("objects") == nil {
      reportMissing(
        ["chart", "objects"], code: "CR0215", "the component says nothing of what it is made from", at: place,
        fix: "add 'chart:', or 'objects:' with what it consists of")
    }
  }

  /// What is known of it before anybody asks for it.
  fileprivate mutating func read(_ about: inout About) {
    let name = Shape<String>.label("the name of a component", longest: 53)
    if let namespace = optional(
      "namespace", .label("a namespace"), "Where its objects live. By default the component's name.")
    {
      about.namespace = namespace
    }
    about.isPrivileged =
      optional(
        "privileged", .truth, "Whether its pods need what the Pod Security Standards call privileged.", byDefault: false
      )
      ?? false
    about.dependsOn =
      optional("dependsOn", .list(name), "Components that must be ready first, where the cluster has them.") ?? []
    about.after =
      optional("after", .list(name), "Components that it had better start after, where the cluster has them.") ?? []
    about.definitions =
      optional(
        "definitions", .list(.subdomain("the name of a definition")),
        "Definitions that it brings, such as certificates.cert-manager.io.") ?? []
    about.nodes = optional("nodes", .nodeRequirements, "What a node needs that runs it.") ?? .init()
    about.overhead = optional("overhead", .overhead, "What it asks for itself.") ?? .init()
  }
}

extension ChartReference {
  /// `nil` for a chart in a folder.
  fileprivate init?(_ source: ChartSource) {
    switch source {
    case .repository(let url, let name, let version, _): self.init(url, name, version)
    case .oci(let url, let version, _):
      self.init(url, url.split(separator: "/").last.map(String.init) ?? url, version)
    case .directory: return nil
    }
  }
}
