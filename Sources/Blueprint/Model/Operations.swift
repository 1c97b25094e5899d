public import Diagnostics

/// How the cluster follows Git.
public struct GitOpsSpec: Sendable, Equatable {
  public enum Engine: String, Sendable, CaseIterable { case croft, argocd, flux }
  public var engine: Engine
  /// `https://…` or `ssh://…`
  public var repository: String
  public var branch: String
  /// The folder in the repository that is followed.
  public var path: String
  /// How often it is looked at.
  public var interval: Duration
  /// The name under which the repository's host reports a push; `nil` without a webhook.
  public var webhook: Located<String>?
  /// A Secret with the credentials; `nil` for a public repository.
  public var secret: String?
  public var span: SourceSpan
  public init(
    engine: Engine, repository: String, branch: String = "main", path: String, interval: Duration = .seconds(3600),
    webhook: Located<String>? = nil, secret: String? = nil, span: SourceSpan
  ) {
    self.engine = engine
    self.repository = repository
    self.branch = branch
    self.path = path
    self.interval = interval
    self.webhook = webhook
    self.secret = secret
    self.span = span
  }
}

extension GitOpsSpec {
  /// Whether the repository is read with a key instead of a password.
  package var isSSH: Bool { repository.hasPrefix("ssh://") || !repository.contains("://") }
}

/// Where secrets come from.
public struct SecretsSpec: Sendable, Equatable {
  public enum Backend: String, Sendable, CaseIterable { case sops, vault, onepassword, kubernetes }
  public var backend: Backend
  /// age recipients, for `sops`.
  public var recipients: [Located<String>] = []
  /// Which of Vault's mounts or 1Password's vaults is read.
  public var store: String?
  /// How an application gets them: a Secret of the External Secrets operator, or files of the CSI driver.
  public enum Delivery: String, Sendable, CaseIterable { case secret, csi }
  public var delivery = Delivery.secret
  public var span: SourceSpan
  public init(backend: Backend, span: SourceSpan) {
    self.backend = backend
    self.span = span
  }
}

/// When the cluster is off, and in which order it goes there.
public struct PowerSpec: Sendable, Equatable {
  public struct UPS: Sendable, Equatable {
    /// As NUT names it: `ups@nas`.
    public var name: String
    /// The charge, in percent, at which the cluster is turned off.
    public var shutdownAt: Int
    public var span: SourceSpan
    public init(name: String, shutdownAt: Int, span: SourceSpan) {
      self.name = name
      self.shutdownAt = shutdownAt
      self.span = span
    }
  }
  /// `21:30`, the cluster's local time.
  public var off: Located<String>?
  public var on: Located<String>?
  /// What goes down first comes up last.
  public var order: [Located<String>] = []
  /// The taint that keeps workloads away while the cluster comes up.
  public var taint = "croft.dev/power=starting:NoSchedule"
  public var ups: UPS?
  public var span: SourceSpan
  public init(span: SourceSpan) { self.span = span }
}

/// What is kept elsewhere, and how often that is proven.
public struct BackupSpec: Sendable, Equatable {
  public struct Schedule: Sendable, Equatable {
    public var every: Duration
    public var keep: Int
    public init(every: Duration, keep: Int) {
      self.every = every
      self.keep = keep
    }
  }
  public var etcd: Schedule?
  /// `s3://bucket`, `nfs://host/path`
  public var volumes: Located<String>?
  /// A Secret with the credentials of the target.
  public var secret: String?
  public enum Drill: String, Sendable, CaseIterable { case daily, weekly, monthly }
  public var drill: Drill?
  public var span: SourceSpan
  public init(span: SourceSpan) { self.span = span }
}
