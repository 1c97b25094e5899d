public import Diagnostics

/// What the cluster's NixOS machines have in common.
public struct NixOSSpec: Sendable, Equatable {
  public enum FileSystem: String, Sendable, CaseIterable { case btrfs, zfs }

  /// The branch of nixpkgs, without `nixos-` before it: `25.11` or `unstable`.
  public var release = NixOSSpec.defaultRelease
  /// The release that a machine was installed with; `nil`: `release`.
  public var stateVersion: String?
  /// What the system disk is formatted with.
  public var fileSystem = FileSystem.btrfs
  /// How many days an old root file system is kept after the start that put it aside.
  public var keepRoots = 30
  /// Paths of every machine that outlive the root file system, besides those of Croft.
  public var persist: [String] = []
  public var users: [User] = []
  /// Public SSH keys that may log in as root, which is how Colmena comes in.
  public var rootKeys: [String] = []
  /// Where the private age key lies on the machine.
  public var ageKey = "/persist/etc/sops-nix/keys.txt"
  /// Whether the first server rolls the releases out by itself.
  public var deploys = true
  public var span: SourceSpan

  public init(span: SourceSpan) { self.span = span }

  public static let defaultRelease = "25.11"

  public struct User: Sendable, Equatable {
    public var name: String
    public var groups: [String] = []
    /// Public SSH keys.
    public var keys: [String] = []
    /// Folders of the home folder that outlive the root file system.
    public var persist: [String] = []
    public var span: SourceSpan
    public init(name: String, span: SourceSpan) {
      self.name = name
      self.span = span
    }
  }
}
