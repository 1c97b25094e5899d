public import Diagnostics

/// One cluster, as its files describe it: the typed value that everything else is derived from.
public struct Blueprint: Sendable {
  public var name: String
  public var domain: String?
  public var kubernetes: KubernetesSpec?
  public var network: NetworkSpec
  public var nodes: [NodeSpec]
  /// In the order they were written: platform first, then apps.
  public var releases: [Release]
  /// Empty where the file says no order of its own; then dependencies alone decide.
  public var layers: [Layer]
  /// The folder that relative paths start from.
  public var directory: String
  /// Components of the catalogue, as the file asks for them; `releases` has what they become.
  package var components: [ComponentUse] = []
  /// What the catalogue made of them, kept so that it is worked out once; `nil` before that.
  package var expansion: (any Sendable)?
  public var gitops: GitOpsSpec?
  public var secrets: SecretsSpec?
  public var power: PowerSpec?
  public var backup: BackupSpec?
  /// What Debian machines have in common; `nil`: nothing was said.
  public var machines: MachinesSpec?
  /// What NixOS machines have in common; `nil`: nothing was said.
  public var nixos: NixOSSpec?
  public var span: SourceSpan

  public init(name: String, directory: String, span: SourceSpan) {
    self.name = name
    self.directory = directory
    self.span = span
    domain = nil
    kubernetes = nil
    network = NetworkSpec()
    nodes = []
    releases = []
    layers = []
  }

  public func release(_ name: String) -> Release? { releases.first { $0.name == name } }
}

/// A stage of the roll-out: it starts when the one before it is healthy.
public struct Layer: Sendable, Equatable {
  public var name: String
  public var releases: [Dependency]
  public var waitFor: [WaitTarget]
  public var retries: Int?
  public var span: SourceSpan
  public init(
    name: String, releases: [Dependency], waitFor: [WaitTarget] = [], retries: Int? = nil, span: SourceSpan
  ) {
    self.name = name
    self.releases = releases
    self.waitFor = waitFor
    self.retries = retries
    self.span = span
  }
}
