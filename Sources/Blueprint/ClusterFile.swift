public import Diagnostics
package import JSON

/// The files that describe one cluster.
public struct ClusterFile {
  /// What a cluster's files say, and what is wrong with them.
  public struct LoadResult: Sendable {
    /// There when no error was found.
    public var blueprint: Blueprint?
    public var diagnostics: DiagnosticList
    /// The text of each file that was read, by the name that spans use: for a `Renderer`.
    public var sources: [String: String]
  }

  /// Reads and decodes a cluster's files, reporting every problem of all of them.
  ///
  /// One folder is one cluster: `cluster.yaml`, and where a user wants smaller files `nodes.yaml` and `apps/**/*.yaml`,
  /// which hold the same keys. Hidden files and folders are left alone.
  /// - Parameters:
  ///   - path: the folder, or the file that stands for its `cluster.yaml`.
  ///   - workspace: where files are read.
  ///   - components: what `platform` can name; none: only releases that say what they are made from.
  ///   - environment: which of its `environments` is laid over the file.
  package static func load(
    _ path: String, reading workspace: some Workspace = FileWorkspace(), components: [ComponentKind] = [],
    environment: String? = nil
  ) -> LoadResult {
    var reader = ClusterReader(workspace: workspace, components: components, environment: environment)
    return reader.load(path)
  }

  /// JSON Schema 2020-12 of a cluster file.
  package static func schema(components: [ComponentKind] = []) -> JSON {
    let release = Shape<Release>.release("", at: .nowhere, .apps).schema()
    var decoder = ClusterDecoder([], file: "", folder: "", components: components, Problems())
    var schema = decoder.schema
    var overlay = schema
    overlay["required"] = nil
    for key in ["apiVersion", "kind", "include", "environments"] { overlay[path: "properties", key] = nil }
    let head: JSON = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "https://croft.dev/schema/v1alpha1/cluster.json", "title": "Croft cluster file",
    ]
    schema = head.merging(schema)
    schema["$defs"] = ["release": release, "overlay": overlay]
    return schema
  }
}
