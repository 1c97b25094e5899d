package import JSON

extension ClusterFile {
  /// Which file of a cluster a schema is of.
  package enum Part: Sendable {
    /// `cluster.yaml`
    case main
    /// `nodes.yaml`, `apps/**/*.yaml` and what `include` names: the same keys, and none that must be there.
    case more
  }

  /// JSON Schema 2020-12 of a cluster's files.
  ///
  /// What it refuses, Croft refuses. What it lets through can still be wrong: it does not know what is written
  /// elsewhere.
  /// - Parameter components: what `platform` can name.
  package static func schema(of part: Part = .main, components: [ComponentKind] = []) -> JSON {
    let isMain = part == .main
    var decoder = ClusterDecoder([], file: "", folder: "", components: components, Problems())
    var schema: JSON = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": .string("https://croft.dev/schema/v1alpha1/\(isMain ? "cluster" : "part").json"),
      "title": .string(isMain ? "Croft cluster file" : "Part of a Croft cluster file"),
    ]
    schema = schema.merging(decoder.schema(isMain: isMain))

    var overlay = decoder.schema(isMain: false)
    for key in ["apiVersion", "kind", "include", "environments"] { overlay[path: "properties", key] = nil }
    overlay = OverlaySchema.loosened(overlay)
    if !components.isEmpty {
      let about = overlay[path: "properties", "platform", "description"]
      overlay[path: "properties", "platform"] = PlatformSchema.overlay(components)
      overlay[path: "properties", "platform", "description"] = about
    }
    let release = Shape<Release>.release("", at: .nowhere, .apps).schema()
    let definitions = [.init("release", release)] + PlatformSchema.definitions(components, besides: release)
    let loosened = definitions.map {
      JSONObject.Member(OverlaySchema.name(of: $0.key), OverlaySchema.loosened($0.value))
    }
    schema["$defs"] = .object(JSONObject(definitions + [.init("overlay", overlay)] + loosened))
    return schema
  }
}
