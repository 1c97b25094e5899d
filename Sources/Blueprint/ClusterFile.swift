public import Diagnostics

/// The files that describe one cluster.
public struct ClusterFile {
  /// What a cluster's files say, and what is wrong with them.
  public struct LoadResult: Sendable {
    /// There when no error was found.
    public var blueprint: Blueprint?
    public var diagnostics: DiagnosticList
    /// The text of each file that was read, by the name that spans use: for a `Renderer`.
    public var sources: [String: String]
    /// The names of its `environments`, in the order of the file.
    public var environments: [String]
    /// Components of the user's own.
    package var components: [ComponentKind]
    /// Whether each document of a component could be read.
    package var hasEveryComponent: Bool
  }

  /// Reads and decodes a cluster's files, reporting every problem of all of them.
  ///
  /// One folder is one cluster: `cluster.yaml`, and where a user wants smaller files `nodes.yaml` and `apps/**/*.yaml`,
  /// which hold the same keys. Documents with `kind: Component`, in `components/*.yaml` and wherever else a cluster's
  /// files are, add to what `platform` can name. Hidden files and folders are left alone.
  /// - Parameters:
  ///   - path: the folder, or the file that stands for its `cluster.yaml`.
  ///   - workspace: where files are read.
  ///   - components: what `platform` can name; none: only releases that say what they are made from.
  ///   - own: reads components of the user's own; without it they are passed over.
  ///   - environment: which of its `environments` is laid over the file.
  package static func load(
    _ path: String, reading workspace: some Workspace = FileWorkspace(), components: [ComponentKind] = [],
    own: ComponentKind.Reader? = nil, environment: String? = nil
  ) -> LoadResult {
    var reader = ClusterReader(workspace: workspace, components: components, own: own, environment: environment)
    return reader.load(path)
  }
}
