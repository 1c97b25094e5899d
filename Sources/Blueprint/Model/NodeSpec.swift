public import Diagnostics
public import JSON

/// One machine of the cluster.
public struct NodeSpec: Sendable, Equatable {
  public enum Role: String, Sendable, CaseIterable { case controlPlane = "control-plane", worker }

  public var name: String
  public var role: Role
  public var addresses: [Located<IPAddress>]
  public var labels: [String: String]
  /// `key=value:Effect`
  public var taints: [String]
  /// What a user picks nodes by: `croft up --nodes @storage`.
  public var tags: [String]
  /// `nil`: the distribution's (`Blueprint.system(of:)`).
  public var system: OperatingSystem?
  public var hardware = Hardware()
  public var disks: [Disk] = []
  public var power = Power()
  /// How the machine is reached; `nil` where nobody said anything, and on Talos, which has no SSH.
  public var ssh: SSH?
  public var talos: Talos?
  /// NixOS: paths that outlive the root file system, besides those of Croft.
  public var persist: [String] = []
  public var span: SourceSpan

  public init(
    name: String, role: Role, addresses: [Located<IPAddress>] = [], labels: [String: String] = [:],
    taints: [String] = [], tags: [String] = [], span: SourceSpan
  ) {
    self.name = name
    self.role = role
    self.addresses = addresses
    self.labels = labels
    self.taints = taints
    self.tags = tags
    self.span = span
  }

  public enum OperatingSystem: String, Sendable, CaseIterable { case debian, nixos, talos }

  public struct Hardware: Sendable, Equatable {
    public enum Architecture: String, Sendable, CaseIterable { case amd64, arm64 }
    /// Free text: `rpi5`, `Lenovo M910q`. `rpi` at its start means a Raspberry Pi.
    public var model: String?
    public var architecture: Architecture?
    public var cpus: Int?
    /// A Kubernetes quantity.
    public var memory: Located<String>?
    /// `nvidia`, `intel` or `amd`.
    public var gpu: String?
    /// The interface that the addresses are on: `eth0`.
    public var interface: String?
    /// `6c:4b:90:11:22:33`
    public var mac: Located<String>?
    public init() {}
  }

  public struct Disk: Sendable, Equatable {
    public enum Use: String, Sendable, CaseIterable { case system, data, ceph, longhorn, zfs }
    /// `/dev/nvme0n1` or, better, `/dev/disk/by-id/…`.
    public var device: String
    public var use: Use
    /// A Kubernetes quantity.
    public var size: Located<String>?
    /// `ext4`, `xfs` or `btrfs`; for `data` and `longhorn`.
    public var filesystem: String
    /// Where it is mounted; for `data` and `longhorn`.
    public var mount: String?
    /// Whether what is on it may be destroyed.
    public var wipe: Bool
    /// The EFI partition of a system disk, as NixOS lays it out.
    public var espSize: String?
    public var span: SourceSpan
    public init(device: String, use: Use, filesystem: String = "ext4", wipe: Bool = false, span: SourceSpan) {
      self.device = device
      self.use = use
      self.filesystem = filesystem
      self.wipe = wipe
      self.span = span
    }
  }

  public struct Power: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable { case always, onDemand = "on-demand", manual }
    public var mode = Mode.always
    /// The MAC address that a magic packet wakes.
    public var wake: Located<String>?
    public var span: SourceSpan?
    public init() {}
  }

  public struct SSH: Sendable, Equatable {
    public var user: String?
    /// `nil`: the node's first address.
    public var host: String?
    public var port: Int?
    /// The path of a private key.
    public var key: String?
    /// `SHA256:…`: the fingerprint of the host key; without it the first contact asks.
    public var hostKey: String?
    /// `user@host`: a machine to go through.
    public var jump: String?
    public var span: SourceSpan
    public init(span: SourceSpan) { self.span = span }
  }

  public struct Talos: Sendable, Equatable {
    /// The id of an Image Factory schematic.
    public var schematic: String?
    /// Official system extensions: `siderolabs/iscsi-tools`.
    public var extensions: [String] = []
    /// Words of the kernel's command line.
    public var kernelArgs: [String] = []
    /// What the disk to install on is known by, such as its serial number, where no disk has the use `system`.
    public var installDisk: [String: String] = [:]
    public var bond: Bond?
    public var vlans: [VLANAddresses] = []
    /// Documents laid over the generated ones.
    public var patches: [JSON] = []
    public init() {}

    /// Several interfaces as one, which carries the node's addresses.
    public struct Bond: Sendable, Equatable {
      public var name: String
      public var links: [String]
      /// `802.3ad`
      public var mode: String
      public init(name: String, links: [String], mode: String) {
        self.name = name
        self.links = links
        self.mode = mode
      }
    }

    /// A VLAN of the network that the node is on besides, and its addresses there; without any it is only up.
    public struct VLANAddresses: Sendable, Equatable {
      public var vlan: Located<String>
      public var addresses: [Located<IPAddress>]
      public init(vlan: Located<String>, addresses: [Located<IPAddress>]) {
        self.vlan = vlan
        self.addresses = addresses
      }
    }
  }
}

extension NodeSpec {
  /// The label of a node that tells its power mode: `always`, `on-demand` or `manual`.
  public static let powerLabel = "croft.dev/power"

  /// What its Node object is to have: the labels of the file, and its power mode.
  public var allLabels: [String: String] { labels.merging([Self.powerLabel: power.mode.rawValue]) { $1 } }
  /// The same, each as `key=value`.
  public var labelWords: [String] { allLabels.map { "\($0.key)=\($0.value)" }.sorted() }
}

extension Blueprint {
  /// What a node runs: what it says, else what the distribution needs.
  public func system(of node: NodeSpec) -> NodeSpec.OperatingSystem {
    node.system ?? (kubernetes?.distribution == .talos ? .talos : .debian)
  }

  public var servers: [NodeSpec] { nodes.filter { $0.role == .controlPlane } }
  public var workers: [NodeSpec] { nodes.filter { $0.role == .worker } }

  /// Whether k3s' servers keep the cluster's data in etcd of their own.
  public var hasEtcd: Bool {
    guard let kubernetes else { return false }
    return kubernetes.datastore == .etcd || kubernetes.datastore == nil && servers.count > 1
  }

  /// Whether Cilium is the network of pods, and not what the distribution brings: nodes are not ready before it runs.
  public var hasCilium: Bool { release("cilium") != nil }
}
