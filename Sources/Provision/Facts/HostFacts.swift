/// What a machine is and has, as one script found it.
public struct HostFacts: Sendable, Equatable {
  public var host = Host()
  public var system: Known<System> = .unknown("not asked")
  /// The words that the kernel was started with.
  public var kernelArguments: Known<[String]> = .unknown("not asked")
  public var bootLoader: Known<BootLoader> = .unknown("not asked")
  public var memoryController: Known<MemoryController> = .unknown("not asked")
  /// By name, of those asked for.
  public var modules: Known<[String: ModuleState]> = .unknown("not asked")
  public var sysctls: Known<[String: Sysctl]> = .unknown("not asked")
  /// The versions of those that are installed.
  public var packages: Known<[String: String]> = .unknown("not asked")
  /// Those that are there, by path.
  public var files: Known<[String: File]> = .unknown("not asked")
  /// By name with its suffix.
  public var units: Known<[String: Unit]> = .unknown("not asked")
  public var users: Known<Users> = .unknown("not asked")
  /// The settings that sshd works with, by their names in lower case; some stand there more than once.
  public var sshd: Known<[String: [String]]> = .unknown("not asked")
  public var clock = Clock()
  public var space: Known<[FileSystem]> = .unknown("not asked")
  public var interfaces: Known<[Interface]> = .unknown("not asked")
  public var routes: Known<[Route]> = .unknown("not asked")
  /// Of the ports asked for, those that are listened on.
  public var listeners: Known<[Listener]> = .unknown("not asked")
  public var disks: Known<[BlockDevice]> = .unknown("not asked")
  /// By the name that was asked for; a device that is not there has no entry.
  public var devices: Known<[String: Device]> = .unknown("not asked")
  public var k3s: Known<K3s> = .unknown("not asked")

  public init() {}

  public struct Host: Sendable, Equatable {
    public var name = ""
    /// `6.6.31+rpt-rpi-2712`
    public var kernel = ""
    /// `aarch64`
    public var machine = ""
    /// Debian's word for it: `arm64`.
    public var architecture = ""
    public var cpus = 0
    /// In bytes.
    public var memory = 0
    /// Changes with every start.
    public var bootID = ""
    /// In seconds.
    public var uptime = 0
    /// `none`, `kvm`, `systemd-nspawn` …, as systemd-detect-virt has it.
    public var virtualization = "none"
    public var isContainer = false
    /// `Raspberry Pi 5 Model B Rev 1.0`
    public var model = ""
    /// Whether a package asked for a restart of the machine.
    public var needsReboot = false
    /// Who logged in; root where nobody became somebody else.
    public var user = ""
    public var hasSystemd = false
    /// Changes that go back by themselves unless somebody confirms them: `ssh`, `network`.
    public var pending: Set<String> = []
  }

  public struct System: Sendable, Equatable {
    /// `debian`, `raspbian`
    public var id = ""
    public var like: [String] = []
    /// `12`
    public var version = ""
    /// `bookworm`
    public var codename = ""
    public var name = ""
    public var isDebian: Bool { id == "debian" || like.contains("debian") }
  }

  public enum BootLoader: Sendable, Equatable {
    /// The file with the command line, and what it holds.
    case raspberryPi(path: String, line: String)
    case grub
    case none
  }

  public struct MemoryController: Sendable, Equatable {
    /// Of the cgroups: 1 or 2.
    public var version: Int
    public var isEnabled: Bool
  }

  public enum ModuleState: String, Sendable, CaseIterable { case loaded, builtin, available, missing }

  public struct Sysctl: Sendable, Equatable {
    /// Blanks between its parts are one each.
    public var value: String
    public var isWritable: Bool
  }

  public struct File: Sendable, Equatable {
    /// Octal, as in the cluster file: `0644`.
    public var mode: String
    public var owner: String
    public var group: String
    public var size: Int
    /// SHA-256 in hexadecimal digits.
    public var digest: String
  }

  public struct Unit: Sendable, Equatable {
    /// `loaded`, `not-found`, `masked`
    public var load: String
    /// `active`, `inactive`, `failed`, `activating`
    public var active: String
    /// `enabled`, `disabled`, `static`; empty where there is no such file.
    public var file: String
    /// Its file is newer than what systemd has read.
    public var isStale: Bool
    public var isActive: Bool { active == "active" }
    /// Runs, or is on its way there or back: one that ends again and again as well.
    public var isOn: Bool { exists && !["inactive", "failed"].contains(active) }
    public var isEnabled: Bool { ["enabled", "static", "alias", "indirect", "generated"].contains(file) }
    public var exists: Bool { load != "not-found" }
  }

  public struct Users: Sendable, Equatable {
    /// By name; a user that is not there has no entry.
    public var users: [String: User] = [:]
    /// Of those asked for, the ones that are there.
    public var groups: Set<String> = []
  }

  public struct User: Sendable, Equatable {
    public var id: Int
    public var home: String
    public var shell: String
    public var groups: Set<String> = []
    public var keys: [AuthorizedKey] = []
  }

  public struct AuthorizedKey: Sendable, Equatable {
    /// `ssh-ed25519 AAAA…`
    public var key: String
    /// Whether something limits what it may be used for.
    public var isRestricted: Bool
  }

  public struct Clock: Sendable, Equatable {
    /// Seconds since 1970, on the machine.
    public var time = 0.0
    /// How far it is ahead of ours, in seconds, at least: what the time of the round trip does not explain.
    public var skew = 0.0
    /// Whether it follows a time server; `nil`: nobody can tell.
    public var isSynchronized: Bool?
  }

  public struct FileSystem: Sendable, Equatable {
    public var mount: String
    public var device: String
    /// In bytes.
    public var size: Int
    public var free: Int
  }

  public struct Interface: Sendable, Equatable {
    public var name: String
    public var mac: String
    public var isUp: Bool
    public var addresses: [Address] = []
  }

  public struct Address: Sendable, Equatable {
    public var address: String
    public var prefix: Int
    /// Given by DHCP or router advertisements, for a time.
    public var isDynamic: Bool
  }

  public struct Route: Sendable, Equatable {
    public var gateway: String
    public var interface: String
  }

  public struct Listener: Sendable, Equatable {
    public var port: Int
    /// `k3s-server`; `nil` where it is not told.
    public var program: String?
    /// `k3s.service`; `nil` where it belongs to none.
    public var unit: String?
  }

  public struct BlockDevice: Sendable, Equatable {
    /// `/dev/nvme0n1`
    public var path: String
    /// `disk`, `part`, `lvm`, `loop` …
    public var type: String
    /// In bytes.
    public var size: Int
    public var filesystem: String?
    public var mount: String?
    public var serial: String?
    public var model: String?
    public var uuid: String?
    public var children: [BlockDevice] = []

    /// It and everything on it.
    public var all: [BlockDevice] { [self] + children.flatMap(\.all) }
  }

  /// A device that was asked for by name.
  public struct Device: Sendable, Equatable {
    /// What the name stands for: `/dev/nvme0n1`.
    public var path: String
    /// In bytes.
    public var size: Int
    /// What wipefs finds on it: `ext4`, `gpt`, `LVM2_member`, `ceph_bluestore`.
    public var signatures: [String]
  }

  public struct K3s: Sendable, Equatable {
    /// `v1.33.4+k3s1`; `nil`: k3s is not there.
    public var version: String?
    public var datastore: Datastore?
    /// Whether the file is there; what is in it is nobody's business.
    public var hasNodeToken = false
    public var hasAgent = false
    /// Whether the folder is there that images for it are put into.
    public var hasImages = false
    public enum Datastore: String, Sendable { case etcd, sqlite }
  }
}
