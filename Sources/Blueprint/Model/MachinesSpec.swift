public import Diagnostics

/// What the cluster's Debian machines have in common, besides what Kubernetes and the platform need of them.
public struct MachinesSpec: Sendable, Equatable {
  /// Debian packages.
  public var packages: [String] = []
  public var repositories: [Repository] = []
  public var users: [User] = []
  /// `nil`: the SSH server stays as it is.
  public var sshd: SSHServer?
  public var files: [File] = []
  public var units: [Unit] = []
  /// Settings of the kernel, in the order of the file.
  public var sysctls: [Setting] = []
  /// Kernel modules.
  public var modules: [String] = []
  /// Words of the kernel's command line.
  public var kernelArgs: [String] = []
  /// Where the time is asked for; empty: where the distribution asks.
  public var timeServers: [String] = []
  /// `nil`: the journal is as large as systemd lets it.
  public var logs: Logs?
  public var span: SourceSpan

  public init(span: SourceSpan) { self.span = span }

  /// Where more Debian packages come from.
  public struct Repository: Sendable, Equatable {
    public var name: String
    /// `https://apt.example.net/debian`
    public var address: String
    /// `bookworm`, or `/` at its end for a repository without a pool.
    public var suite: String
    public var components: [String]
    /// The file beside the cluster file with the public key that it is signed with.
    public var key: String
    public var span: SourceSpan
    public init(
      name: String, address: String, suite: String, components: [String], key: String, span: SourceSpan
    ) {
      self.name = name
      self.address = address
      self.suite = suite
      self.components = components
      self.key = key
      self.span = span
    }
  }

  public struct User: Sendable, Equatable {
    public var name: String
    /// Besides the user's own.
    public var groups: [String] = []
    /// Public SSH keys that may log in. Others that are there already stay.
    public var keys: [String] = []
    /// Whether sudo asks for no password.
    public var sudo = false
    public var shell = "/bin/bash"
    public var span: SourceSpan
    public init(name: String, span: SourceSpan) {
      self.name = name
      self.span = span
    }
  }

  /// An SSH server that takes keys alone, and of a few users.
  public struct SSHServer: Sendable, Equatable {
    /// Who may log in; empty: whoever Croft logs in as, and the users with keys.
    public var allowUsers: [String] = []
    public var passwords = false
    public var span: SourceSpan
    public init(span: SourceSpan) { self.span = span }
  }

  public struct File: Sendable, Equatable {
    /// On the machine.
    public var path: String
    public var content: FileContent
    /// `0644`
    public var mode = "0644"
    public var owner = "root"
    public var group = "root"
    public var span: SourceSpan
    public init(path: String, content: FileContent, span: SourceSpan) {
      self.path = path
      self.content = content
      self.span = span
    }
  }

  public enum FileContent: Sendable, Equatable {
    case text(String)
    /// A file beside the cluster file.
    case file(String)
  }

  /// A unit of systemd.
  public struct Unit: Sendable, Equatable {
    /// With its suffix: `backup.timer`.
    public var name: String
    public var content: FileContent
    /// Whether it is started, now and with the machine.
    public var isEnabled = true
    public var span: SourceSpan
    public init(name: String, content: FileContent, span: SourceSpan) {
      self.name = name
      self.content = content
      self.span = span
    }
  }

  public struct Setting: Sendable, Equatable {
    /// `vm.max_map_count`
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// How much of the journal is kept.
  public struct Logs: Sendable, Equatable {
    /// A Kubernetes quantity; `nil`: as much as systemd lets it.
    public var size: Located<String>?
    public var keep: Duration?
    public init() {}
  }
}
