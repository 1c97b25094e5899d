public import Diagnostics
public import JSON

/// The one unit of deployment: a catalogue component and a user's application look the same from here on.
public struct Release: Sendable, Equatable {
  public var name: String
  /// `platform` or `apps`: the section that it was written in.
  public var section: Section
  public var namespace: NamespaceSpec
  public var source: ReleaseSource
  /// Chart values, merged in order: `valuesFrom`, then `values`.
  public var values: JSON
  public var valuesFrom: [ValuesReference]
  public var patches: [ObjectPatch]
  /// Hard: this release starts when these are ready, and does not start when one of them fails.
  public var dependsOn: [Dependency]
  /// Soft: this release starts after these have ended, however they ended; dropped where it would close a cycle.
  public var after: [Dependency]
  public var waitFor: [WaitTarget]
  /// Tries after the first. `nil`: the layer's, else `defaultRetries`.
  public var retries: Int?
  /// How long one try may take until everything is ready. `nil`: `defaultTimeout`.
  public var timeout: Duration?
  /// Kinds that may be deleted and made anew when an immutable field changes. Job always may.
  public var recreate: [String]
  /// Also deletes namespaces, claims and definitions that this release no longer contains.
  public var pruneProtected: Bool
  /// The ways in.
  public var exposures: [Exposure] = []
  public var database: DatabaseUse?
  public var scheduling: SchedulingSpec?
  public var nodes: NodeChoice?
  public var access: NetworkAccess?
  /// Secrets that its chart expects, besides those that the file names.
  package var secretNeeds: [SecretNeed] = []
  /// A digest of the encrypted files of its secrets: pods are made anew when it changes.
  package var secretsDigest: String?
  /// Objects that Croft adds to what the source gives.
  public var additions: [JSON] = []
  /// Where its name is written.
  public var span: SourceSpan

  public static let defaultRetries = 2
  public static let defaultTimeout = Duration.seconds(600)

  public enum Section: String, Sendable { case platform, apps }

  public init(
    name: String, section: Section, namespace: NamespaceSpec, source: ReleaseSource, span: SourceSpan,
    values: JSON = [:], valuesFrom: [ValuesReference] = [], patches: [ObjectPatch] = [],
    dependsOn: [Dependency] = [], after: [Dependency] = [], waitFor: [WaitTarget] = [], retries: Int? = nil,
    timeout: Duration? = nil, recreate: [String] = [], pruneProtected: Bool = false
  ) {
    self.name = name
    self.section = section
    self.namespace = namespace
    self.source = source
    self.values = values
    self.valuesFrom = valuesFrom
    self.patches = patches
    self.dependsOn = dependsOn
    self.after = after
    self.waitFor = waitFor
    self.retries = retries
    self.timeout = timeout
    self.recreate = recreate
    self.pruneProtected = pruneProtected
    self.span = span
  }
}

public struct NamespaceSpec: Sendable, Equatable {
  public var name: String
  public var labels: [String: String]
  public var annotations: [String: String]
  public var span: SourceSpan
  public init(name: String, labels: [String: String] = [:], annotations: [String: String] = [:], span: SourceSpan) {
    self.name = name
    self.labels = labels
    self.annotations = annotations
    self.span = span
  }
}

public struct Dependency: Sendable, Equatable {
  public var name: String
  public var span: SourceSpan
  public init(name: String, span: SourceSpan) {
    self.name = name
    self.span = span
  }
}

/// Where the objects of a release come from; in a box of its own, because some of it is large and releases are copied.
public indirect enum ReleaseSource: Sendable, Equatable {
  case chart(ChartSource)
  /// A kustomization: a folder beside the cluster file, or a URL that kubectl understands.
  case kustomize(String, span: SourceSpan)
  case manifests([ManifestSource])
  case image(Workload)
}

/// Where a chart comes from.
public enum ChartSource: Sendable, Equatable {
  /// A chart repository served over HTTP(S).
  case repository(url: String, name: String, version: String, span: SourceSpan)
  /// `oci://registry/path/chart`
  case oci(url: String, version: String, span: SourceSpan)
  /// A folder, relative to the cluster directory.
  case directory(path: String, span: SourceSpan)

  public var span: SourceSpan {
    switch self {
    case .repository(_, _, _, let span), .oci(_, _, let span), .directory(_, let span): span
    }
  }
}

public enum ManifestSource: Sendable, Equatable {
  /// A file or folder of YAML documents, relative to the cluster directory.
  case path(String, span: SourceSpan)
  case inline(JSON, span: SourceSpan)
}

public enum ValuesReference: Sendable, Equatable {
  /// A YAML file, relative to the cluster directory.
  case file(String, span: SourceSpan)
  /// A key of a Secret or ConfigMap in the release's namespace. `path` puts the text at one value
  /// (`auth.password`); without it the text is a YAML document of values.
  case object(kind: Kind, name: String, key: String, path: String?, optional: Bool, span: SourceSpan)

  public enum Kind: String, Sendable { case secret = "Secret", configMap = "ConfigMap" }
}

/// A change to the objects a release renders, after rendering.
public struct ObjectPatch: Sendable, Equatable {
  /// All given parts must match; absent ones match anything.
  public struct Target: Sendable, Equatable {
    public var kind: String?
    public var name: String?
    public var namespace: String?
    public init(kind: String? = nil, name: String? = nil, namespace: String? = nil) {
      self.kind = kind
      self.name = name
      self.namespace = namespace
    }
  }
  public enum Change: Sendable, Equatable {
    /// RFC 7396 merge patch.
    case merge(JSON)
    /// RFC 6902 operations.
    case operations([JSON])
  }
  public var target: Target
  public var change: Change
  public var span: SourceSpan
  public init(target: Target, change: Change, span: SourceSpan) {
    self.target = target
    self.change = change
    self.span = span
  }
}

/// Something that must be ready before what comes next: `deployment/longhorn-system/longhorn-driver-deployer`,
/// `namespace/home`, `crd/ipaddresspools.metallb.io`.
public struct WaitTarget: Sendable, Equatable, CustomStringConvertible {
  /// As written: a kind, plural or short name, with a group where it needs one (`certificate.cert-manager.io`).
  public var resource: String
  public var namespace: String?
  public var name: String
  public var span: SourceSpan
  public init(resource: String, namespace: String?, name: String, span: SourceSpan) {
    self.resource = resource
    self.namespace = namespace
    self.name = name
    self.span = span
  }
  public var description: String { [resource, namespace, name].compactMap { $0 }.joined(separator: "/") }
}
