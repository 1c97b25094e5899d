import Blueprint
import Catalog
import Diagnostics
import Digest
import Glibc
import Render

@testable import Provision

let head =
  "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: home\nkubernetes: {distribution: k3s, version: v1.33.4+k3s1}\n"

struct NoBlueprint: Error { var reason: String }

func blueprint(_ text: String) throws -> Blueprint {
  let name = "/tmp/croft-provision-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  mkdir(name, 0o755)
  defer {
    unlink("\(name)/cluster.yaml")
    rmdir(name)
  }
  let file = open("\(name)/cluster.yaml", O_WRONLY | O_CREAT, 0o644)
  _ = text.withCString { write(file, $0, strlen($0)) }
  close(file)
  let result = Catalog.loadCluster(name)
  guard let blueprint = result.blueprint, !result.diagnostics.hasErrors else {
    throw NoBlueprint(reason: "\(result.diagnostics)")
  }
  return blueprint
}

extension HostFacts {
  /// A Raspberry Pi 5 with Raspberry Pi OS that nobody did anything to yet.
  static var pi: HostFacts {
    var facts = bare
    facts.host.kernel = "6.12.25+rpt-rpi-2712"
    facts.host.machine = "aarch64"
    facts.host.architecture = "arm64"
    facts.host.cpus = 4
    facts.host.memory = 8_454_000_640
    facts.host.model = "Raspberry Pi 5 Model B Rev 1.0"
    let line = "console=serial0,115200 console=tty1 root=PARTUUID=6c586e13-02 rootfstype=ext4 fsck.repair=yes rootwait"
    facts.kernelArguments = .known(["reboot=w", "coherent_pool=1M"] + line.split(separator: " ").map(String.init))
    facts.bootLoader = .known(.raspberryPi(path: "/boot/firmware/cmdline.txt", line: line))
    facts.memoryController = .known(MemoryController(version: 2, isEnabled: false))
    facts.units = .known([
      "NetworkManager.service": Unit(load: "loaded", active: "active", file: "enabled", isStale: false),
      "systemd-timesyncd.service": Unit(load: "loaded", active: "active", file: "enabled", isStale: false),
      "ssh.service": Unit(load: "loaded", active: "active", file: "enabled", isStale: false),
    ])
    return facts
  }

  /// A mini PC with Debian 12 and GRUB, with nothing that could be left out.
  static var bare: HostFacts {
    var facts = HostFacts()
    facts.host = Host(
      name: "duck", kernel: "6.1.0-37-amd64", machine: "x86_64", architecture: "amd64", cpus: 8,
      memory: 33_500_000_000, bootID: "0e6f6d1c-8b7e-4f3a-9c51-4d3f2a1b0c9d", uptime: 4711, model: "", user: "k3s",
      hasSystemd: true)
    facts.system = .known(
      System(id: "debian", like: [], version: "12", codename: "bookworm", name: "Debian GNU/Linux 12 (bookworm)"))
    facts.kernelArguments = .known(["BOOT_IMAGE=/vmlinuz-6.1.0-37-amd64", "root=UUID=1", "ro", "quiet"])
    facts.bootLoader = .known(.grub)
    facts.memoryController = .known(MemoryController(version: 2, isEnabled: true))
    facts.modules = .known([:])
    facts.sysctls = .known([:])
    facts.packages = .known(["openssh-server": "1:9.2p1-2"])
    facts.files = .known([:])
    facts.units = .known([
      "networking.service": Unit(load: "loaded", active: "active", file: "enabled", isStale: false),
      "ssh.service": Unit(load: "loaded", active: "active", file: "enabled", isStale: false),
      "systemd-timesyncd.service": Unit(load: "not-found", active: "inactive", file: "", isStale: false),
    ])
    facts.users = .known(
      Users(
        users: [
          "k3s": User(
            id: 1000, home: "/home/k3s", shell: "/bin/bash", groups: ["k3s", "sudo"],
            keys: [AuthorizedKey(key: "ssh-ed25519 AAAAdesk", isRestricted: false)])
        ], groups: ["sudo"]))
    facts.sshd = .known(["passwordauthentication": ["yes"], "permitrootlogin": ["without-password"]])
    facts.clock = Clock(time: 1_763_700_000, skew: 0, isSynchronized: true)
    facts.space = .known([FileSystem(mount: "/", device: "/dev/nvme0n1p2", size: 250 << 30, free: 200 << 30)])
    facts.interfaces = .known([
      Interface(name: "lo", mac: "00:00:00:00:00:00", isUp: true),
      Interface(
        name: "eth0", mac: "d8:3a:dd:11:22:33", isUp: true,
        addresses: [Address(address: "192.168.14.12", prefix: 26, isDynamic: true)]),
    ])
    facts.routes = .known([Route(gateway: "192.168.14.1", interface: "eth0")])
    facts.listeners = .known([])
    facts.disks = .known([
      BlockDevice(
        path: "/dev/nvme0n1", type: "disk", size: 256 << 30, serial: "S1", model: "System",
        children: [BlockDevice(path: "/dev/nvme0n1p2", type: "part", size: 250 << 30, filesystem: "ext4", mount: "/")]),
      BlockDevice(path: "/dev/sda", type: "disk", size: 1 << 40, serial: "S649NX0R", model: "Samsung SSD 980"),
    ])
    facts.devices = .known([
      "/dev/sda": Device(path: "/dev/sda", size: 1 << 40, signatures: []),
      "/dev/nvme0n1": Device(path: "/dev/nvme0n1", size: 256 << 30, signatures: ["gpt", "PMBR"]),
    ])
    facts.k3s = .known(K3s())
    return facts
  }

  /// The same machine once everything has been done that the cluster file asks for.
  func prepared(_ blueprint: Blueprint, _ node: NodeSpec, sources: [String: [UInt8]] = [:]) -> HostFacts {
    let desired = DesiredNode(blueprint, node, sources: sources)
    var facts = self
    facts.modules = .known(Dictionary(uniqueKeysWithValues: desired.rendered.modules.map { ($0, .loaded) }))
    facts.sysctls = .known(
      Dictionary(
        uniqueKeysWithValues: desired.rendered.sysctls.map { ($0.name, Sysctl(value: $0.value, isWritable: true)) }))
    var packages = facts.packages.value ?? [:]
    for name in desired.packages.union(["systemd-timesyncd"]) { packages[name] = "1.0" }
    facts.packages = .known(packages)
    var units = facts.units.value ?? [:]
    let mounts = desired.mountedDisks.map { DesiredNode.mountUnit(of: $0) }
    for name in desired.enabledUnits + ["systemd-timesyncd.service"] + mounts.map(\.name) {
      units[name] = Unit(load: "loaded", active: "active", file: "enabled", isStale: false)
    }
    facts.units = .known(units)
    var files: [String: File] = [:]
    let planner = NodePlanner(desired, facts, keys: [])
    let users = blueprint.machines?.users ?? []
    let parts: [[DesiredFile]] = [
      desired.systemFiles, desired.timeFiles, desired.kubernetesFiles, [desired.sshServerFile].compactMap { $0 },
      mounts.map(\.file), users.filter(\.sudo).map { NodePlanner.sudoFile($0.name) },
      (blueprint.machines?.repositories ?? []).flatMap { planner.repositoryFiles($0) ?? [] },
    ]
    for file in parts.flatMap({ $0 }) {
      files[file.path] = File(
        mode: file.mode ?? "0755", owner: file.owner, group: file.group, size: file.content.count,
        digest: SHA256.hex(file.content))
    }
    let manager: NetworkManager? = NetworkManager.allCases.first {
      units["\($0.rawValue).service"]?.isActive ?? false
    }
    if let manager, let file = desired.rendered.addresses(for: manager, on: node.hardware.interface ?? "eth0") {
      files[file.path] = File(
        mode: manager == .networkManager ? "0600" : "0644", owner: "root", group: "root", size: file.bytes.count,
        digest: SHA256.hex(file.bytes))
    }
    var accounts = facts.users.value ?? Users()
    for user in users {
      var account = accounts.users[user.name] ?? User(id: 1001, home: "/home/\(user.name)", shell: user.shell)
      account.groups.formUnion(user.groups)
      account.keys += user.keys.map { AuthorizedKey(key: NodePlanner.key($0), isRestricted: false) }
      accounts.users[user.name] = account
    }
    facts.users = .known(accounts)
    if let file = desired.sshServerFile {
      var settings: [String: [String]] = [:]
      for line in String(decoding: file.content, as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        settings[words[0].lowercased(), default: []] += words.dropFirst().map {
          $0 == "prohibit-password" ? "without-password" : $0
        }
      }
      facts.sshd = .known(settings)
    }
    if case .known(.raspberryPi(let path, let line)) = facts.bootLoader {
      let words = desired.rendered.kernelArguments(isRaspberryPi: true)
      facts.bootLoader = .known(.raspberryPi(path: path, line: ([line] + words).joined(separator: " ")))
      facts.kernelArguments = facts.kernelArguments.map { $0 + words }
    } else {
      let words = desired.rendered.kernelArguments(isRaspberryPi: false)
      facts.kernelArguments = facts.kernelArguments.map { $0 + words }
      if !words.isEmpty {
        let file = NodeFiles.grub(words)
        files[file.path] = File(
          mode: "0644", owner: "root", group: "root", size: file.bytes.count, digest: SHA256.hex(file.bytes))
      }
    }
    facts.memoryController = .known(MemoryController(version: 2, isEnabled: true))
    if node.hardware.interface != nil || node.hardware.mac != nil {
      facts.interfaces = facts.interfaces.map { interfaces in
        interfaces.map { interface in
          guard interface.name == node.hardware.interface || interface.mac == node.hardware.mac?.value else {
            return interface
          }
          var interface = interface
          interface.addresses = node.addresses.map {
            Address(
              address: "\($0.value)", prefix: desired.rendered.prefixLength(of: $0.value), isDynamic: false)
          }
          return interface
        }
      }
    }
    for disk in desired.mountedDisks {
      facts.devices = facts.devices.map { devices in
        var devices = devices
        devices[disk.device]?.signatures = [disk.filesystem]
        return devices
      }
    }
    facts.files = .known(files)
    return facts
  }
}
