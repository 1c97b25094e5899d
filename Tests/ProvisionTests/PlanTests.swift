import Blueprint
import Testing

@testable import Provision

/// What is missing on machines of several kinds.
struct PlanTests {
  static let full =
    head + """
      network:
        nodes: [192.168.14.0/26]
        pods: [10.42.0.0/16, "fd22:2025:6a6a:42::/104"]
        services: [10.43.0.0/16, "fd22:2025:6a6a:43::/112"]
        router: 192.168.14.1
        dns: [192.168.14.1]
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
          hardware: {model: rpi5, architecture: arm64, interface: eth0}
          ssh: {user: k3s}
        - name: duck
          role: worker
          addresses: [192.168.14.12]
          hardware: {architecture: amd64, mac: "d8:3a:dd:11:22:33"}
          ssh: {user: k3s}
          disks: [{device: /dev/sda, use: data, filesystem: btrfs, mount: /srv/data, wipe: true}]
          power: {mode: on-demand, wake: {mac: "d8:3a:dd:11:22:33"}}
      machines:
        packages: [htop]
        repositories: [{name: helm, url: "https://apt.example.net/helm", suite: all, key: keys/helm.asc}]
        users: [{name: k3s, groups: [sudo], sudo: true, keys: ["ssh-ed25519 AAAAdesk me@desk"]}, {name: guest}]
        sshd: {}
        files: [{path: /etc/motd, content: hello, mode: 640}]
        units: [{name: scrub.timer, content: "[Timer]"}]
        sysctl: {vm.max_map_count: 262144}
        kernelArgs: [pcie_aspm=off]
        timeServers: [ntp.example.net]
        logs: {size: 500Mi}

      """
  static let sources = ["keys/helm.asc": Array("-----BEGIN PGP PUBLIC KEY BLOCK-----\n".utf8)]

  private func plan(
    _ facts: HostFacts, _ name: String = "duck", _ text: String = Self.full, keys: [String] = []
  ) throws -> NodePlan {
    let blueprint = try blueprint(text)
    let node = try #require(blueprint.nodes.first { $0.name == name })
    return operations(blueprint, node, facts, sources: Self.sources, keys: keys)
  }

  private func prepared(_ facts: HostFacts, _ name: String, _ text: String = Self.full) throws -> HostFacts {
    let blueprint = try blueprint(text)
    let node = try #require(blueprint.nodes.first { $0.name == name })
    return facts.prepared(blueprint, node, sources: Self.sources)
  }

  @Test func nothingIsDoneToAMachineThatIsReady() throws {
    #expect(try plan(prepared(.pi, "cow"), "cow") == NodePlan(node: "cow"))
    var duck = HostFacts.bare
    duck.units = .known([
      "systemd-networkd.service": .init(load: "loaded", active: "active", file: "enabled", isStale: false)
    ])
    #expect(try plan(prepared(duck, "duck")) == NodePlan(node: "duck"))
  }

  @Test func aBareRaspberryPi() throws {
    let plan = try plan(.pi, "cow")
    #expect(plan.refusals == [])
    #expect(
      plan.operations.map { "\($0.stage): \($0.title)" } == [
        "packages: add the repository 'helm', https://apt.example.net/helm", "packages: install htop, sudo",
        "users: let k3s use sudo without a password", "users: add the user guest",
        "ssh: let keys alone log in, and only users who may", "system: write /etc/modules-load.d/croft.conf",
        "system: write /etc/sysctl.d/90-croft.conf", "system: write /etc/systemd/journald.conf.d/90-croft.conf",
        "system: write /etc/systemd/logind.conf.d/90-croft.conf", "system: write /etc/motd",
        "system: write /etc/systemd/system/scrub.timer", "system: start scrub.timer, now and with the machine",
        "system: write /etc/systemd/timesyncd.conf.d/90-croft.conf",
        "boot: start the kernel with cgroup_memory=1 cgroup_enable=memory pcie_aspm=off", "boot: restart the machine",
        "network: fix 192.168.14.11 on eth0", "kubernetes: write /etc/rancher/k3s/config.yaml",
        "kubernetes: write /var/lib/rancher/k3s/agent/etc/kubelet.conf.d/90-croft.conf",
        "kubernetes: write /etc/systemd/system/k3s.service",
      ])
    let boot = try #require(plan.operations.first { $0.stage == .boot })
    guard case .setBootArguments(let file, let previous) = boot.action else {
      Issue.record("\(boot.action)")
      return
    }
    #expect(file.path == "/boot/firmware/cmdline.txt")
    let line = String(decoding: file.content, as: UTF8.self)
    #expect(line.hasPrefix(previous ?? "?"))
    #expect(line.hasSuffix(" rootwait cgroup_memory=1 cgroup_enable=memory pcie_aspm=off\n"))
    #expect(line.split(separator: "\n").count == 1)
  }

  @Test func aBareMiniPC() throws {
    let plan = try plan(.bare)
    let titles = plan.operations.map { "\($0.stage): \($0.title)" }
    #expect(titles.contains("packages: install btrfs-progs, htop, sudo, systemd-timesyncd"))
    #expect(titles.contains("system: set the clock from time servers"))
    #expect(titles.contains("system: write /etc/systemd/network/50-croft-wake.link"))
    #expect(titles.contains("boot: start the kernel with pcie_aspm=off"))
    #expect(titles.contains("disks: make btrfs on /dev/sda"))
    #expect(titles.contains("disks: mount /dev/sda at /srv/data"))
    #expect(plan.destroyed.isEmpty)
    // Nothing there runs the network in a way that Croft knows.
    #expect(plan.refusals.map(\.stage) == [.network])
    #expect(plan.refusals.first?.reason.contains("neither NetworkManager nor systemd-networkd runs") == true)
  }

  /// Each fact that stops being true brings back what makes it true, and nothing else.
  @Test func oneThingThatIsNotTrueIsOneOperation() throws {
    let ready = try prepared(.pi, "cow")
    let changes: [(String, String, @Sendable (inout HostFacts) -> Void)] = [
      ("htop", "install htop", { facts in facts.packages = facts.packages.map { $0.filter { $0.key != "htop" } } }),
      (
        "motd's mode", "write /etc/motd",
        { facts in
          facts.files = facts.files.map { files in
            var files = files
            files["/etc/motd"]?.mode = "0600"
            return files
          }
        }
      ),
      (
        "the timer", "start scrub.timer, now and with the machine",
        { facts in
          facts.units = facts.units.map { units in
            var units = units
            units["scrub.timer"]?.active = "inactive"
            return units
          }
        }
      ),
      (
        "a module", "load the module overlay",
        { facts in
          facts.modules = facts.modules.map { modules in
            var modules = modules
            modules["overlay"] = .available
            return modules
          }
        }
      ),
      (
        "a setting", "set a setting of the kernel anew",
        { facts in
          facts.sysctls = facts.sysctls.map { values in
            var values = values
            values["net.ipv4.ip_forward"]?.value = "0"
            return values
          }
        }
      ),
      (
        "the running kernel", "restart the machine",
        { facts in facts.kernelArguments = facts.kernelArguments.map { $0.filter { $0 != "cgroup_enable=memory" } } }
      ),
      (
        "a key", "let a key log in as k3s",
        { facts in
          facts.users = facts.users.map { users in
            var users = users
            users.users["k3s"]?.keys = []
            return users
          }
        }
      ),
      (
        "the address", "fix 192.168.14.11 on eth0",
        { facts in
          facts.interfaces = facts.interfaces.map { interfaces in
            interfaces.map { interface in
              var interface = interface
              interface.addresses = interface.addresses.map { .init(address: $0.address, prefix: 24, isDynamic: true) }
              return interface
            }
          }
        }
      ),
    ]
    for (name, title, change) in changes {
      var facts = ready
      change(&facts)
      let plan = try plan(facts, "cow")
      #expect(plan.operations.map(\.title) == [title], "\(name)")
      #expect(plan.refusals == [], "\(name)")
    }
  }

  /// What is unknown is neither there nor absent.
  @Test func whatIsUnknownIsRefusedNotGuessed() throws {
    let ready = try prepared(.pi, "cow")
    let changes: [(NodeStage, String, @Sendable (inout HostFacts) -> Void)] = [
      (.packages, "its packages", { $0.packages = .unknown("dpkg-query is not installed") }),
      (.users, "its users", { $0.users = .unknown("getent is not installed") }),
      (.ssh, "what its SSH server does", { $0.sshd = .unknown("sshd is not installed") }),
      (.system, "the settings of its kernel", { $0.sysctls = .unknown("no /proc") }),
      (.system, "its kernel modules", { $0.modules = .unknown("no modules") }),
      (.boot, "its kernel's command line", { $0.kernelArguments = .unknown("no /proc") }),
      (.boot, "its boot loader", { $0.bootLoader = .unknown("no /boot") }),
      (.network, "its interfaces", { $0.interfaces = .unknown("ip is not installed") }),
    ]
    for (stage, what, change) in changes {
      var facts = ready
      change(&facts)
      let plan = try plan(facts, "cow")
      #expect(plan.refusals.contains { $0.stage == stage && $0.reason.hasPrefix(what) }, "\(what): \(plan)")
      #expect(!plan.operations.contains { $0.stage == stage }, "\(what)")
    }
  }

  // MARK: Disks

  private func disk(_ signatures: [String], wipe: Bool, use: String = "data, filesystem: btrfs, mount: /srv/data")
    throws -> NodePlan
  {
    let text = Self.full.replacing(
      "use: data, filesystem: btrfs, mount: /srv/data, wipe: true", with: "use: \(use), wipe: \(wipe)")
    var facts = HostFacts.bare
    facts.devices = .known(["/dev/sda": .init(path: "/dev/sda", size: 1 << 40, signatures: signatures)])
    return try plan(facts, "duck", text).limited(to: [.disks])
  }

  @Test func aDiskWithDataIsRefusedUnlessItMayBeWiped() throws {
    let plan = try disk(["LVM2_member"], wipe: false)
    #expect(plan.operations == [])
    #expect(
      plan.refusals.map(\.description) == [
        "/dev/sda is for data, and there is LVM2_member on it; write another device, or 'wipe: true' beside this one if what is on it may be destroyed"
      ])
    let wiped = try disk(["LVM2_member"], wipe: true)
    #expect(wiped.refusals == [])
    #expect(
      wiped.operations.map(\.title) == [
        "destroy what is on /dev/sda", "make btrfs on /dev/sda", "mount /dev/sda at /srv/data",
      ])
    #expect(
      wiped.destroyed == [
        DiskFingerprint(
          device: "/dev/sda", path: "/dev/sda", serial: "S649NX0R", size: 1 << 40, signatures: ["LVM2_member"])
      ])
  }

  /// What was made there before is never made again, whatever the file allows.
  @Test(arguments: [true, false]) func aDiskThatIsWhatItIsToBeIsKept(wipe: Bool) throws {
    #expect(try disk(["btrfs"], wipe: wipe).operations.map(\.title) == ["mount /dev/sda at /srv/data"])
    #expect(try disk(["ceph_bluestore"], wipe: wipe, use: "ceph").isEmpty)
    #expect(try disk([], wipe: wipe, use: "ceph").isEmpty)
  }

  @Test func aDiskInUseIsNeverWiped() throws {
    let text = Self.full.replacing("/dev/sda", with: "/dev/nvme0n1")
    let plan = try plan(.bare, "duck", text).limited(to: [.disks])
    #expect(plan.operations == [])
    #expect(plan.refusals.first?.reason == "/dev/nvme0n1 holds /, which is in use")
  }

  @Test func aDiskThatIsNotThereIsRefused() throws {
    let text = Self.full.replacing("/dev/sda", with: "/dev/sdz")
    let plan = try plan(.bare, "duck", text).limited(to: [.disks])
    #expect(plan.operations == [])
    #expect(plan.refusals.first?.fix.contains("/dev/sda (1024 GiB)") == true)
  }

  // MARK: SSH

  private func ssh(_ spec: String, keys: [String] = [], _ change: (inout HostFacts) -> Void = { _ in }) throws
    -> NodePlan
  {
    let text = Self.full.replacing("sshd: {}", with: "sshd: \(spec)")
      .replacing(", keys: [\"ssh-ed25519 AAAAdesk me@desk\"]", with: "")
    var facts = HostFacts.bare
    change(&facts)
    return try plan(facts, "duck", text, keys: keys).limited(to: [.ssh])
  }

  @Test func nobodyIsLockedOut() throws {
    #expect(try ssh("{}").operations.count == 1)
    #expect(try ssh("{}", keys: ["ssh-ed25519 AAAAdesk comment"]).operations.count == 1)
    let others = try ssh("{allowUsers: [admin]}")
    #expect(others.operations == [])
    #expect(others.refusals.first?.reason == "only admin may log in, and Croft logs in as k3s")
    let wrongKey = try ssh("{}", keys: ["ssh-ed25519 AAAAother"])
    #expect(wrongKey.operations == [])
    #expect(wrongKey.refusals.first?.reason == "the key that Croft logs in with is not among those of k3s")
    let noKey = try ssh("{}") { facts in
      facts.users = facts.users.map { users in
        var users = users
        users.users["k3s"]?.keys = [.init(key: "ssh-ed25519 AAAAdesk", isRestricted: true)]
        return users
      }
    }
    #expect(noKey.operations == [])
    #expect(noKey.refusals.first?.reason == "no key may log in as k3s, so without passwords nobody could")
    #expect(try ssh("{passwords: true}", keys: ["ssh-ed25519 AAAAother"]).operations.count == 1)
  }

  @Test func settingsThatAreNotHeededAreReported() throws {
    var facts = try prepared(.pi, "cow")
    facts.sshd = .known(["passwordauthentication": ["yes"]])
    let plan = try plan(facts, "cow")
    #expect(plan.operations == [])
    #expect(plan.refusals.first?.reason.contains("passwordauthentication") == true)
  }

  // MARK: Machines that are not what they should be

  @Test func aMachineOfAnotherKindIsRefused() throws {
    var facts = HostFacts.pi
    facts.host.architecture = "amd64"
    #expect(try plan(facts, "cow").refusals.first?.reason.contains("amd64, and the cluster file says arm64") == true)
    facts = .pi
    facts.system = .known(.init(id: "fedora", name: "Fedora 40"))
    #expect(try plan(facts, "cow").refusals.first?.reason == "it runs Fedora 40, not Debian or one of its kin")
    facts = .pi
    facts.host.hasSystemd = false
    #expect(try plan(facts, "cow").refusals.map(\.stage) == [.packages])
  }

  @Test func aClockThatIsOff() throws {
    var facts = try prepared(.pi, "cow")
    facts.clock.skew = 600
    facts.clock.isSynchronized = false
    let plan = try plan(facts, "cow")
    #expect(plan.operations == [])
    #expect(
      plan.refusals.first?.reason
        == "its clock is 600 s ahead of this machine's, although systemd-timesyncd.service sets it")
  }

  @Test func aFullDisk() throws {
    var facts = HostFacts.pi
    facts.space = .known([.init(mount: "/", device: "/dev/mmcblk0p2", size: 32 << 30, free: 12 << 20)])
    #expect(try plan(facts, "cow").refusals.contains { $0.reason == "/ has only 12 MiB left of 32768 MiB" })
  }

  @Test func aPortThatIsTaken() throws {
    var facts = try prepared(.pi, "cow")
    facts.listeners = .known([.init(port: 6443, program: "nginx")])
    #expect(
      try plan(facts, "cow").refusals.map(\.reason) == [
        "the port 6443, which the API server needs, is taken by nginx"
      ])
    // k3s itself, while it starts.
    let starting = HostFacts.Unit(load: "loaded", active: "activating", file: "enabled", isStale: false)
    facts.units = facts.units.map { $0.merging(["k3s.service": starting]) { $1 } }
    #expect(try !plan(facts, "cow").refusals.isEmpty)
    facts.listeners = .known([.init(port: 6443, program: "k3s-server", unit: "k3s.service")])
    #expect(try plan(facts, "cow").refusals == [])
  }

  /// A kernel that is not the machine's own cannot be changed from there.
  @Test func aContainer() throws {
    var facts = HostFacts.bare
    facts.host.isContainer = true
    facts.modules = .known(["overlay": .missing, "br_netfilter": .available, "vxlan": .missing])
    facts.bootLoader = .known(.none)
    let plan = try plan(facts)
    #expect(!plan.operations.contains { $0.stage == .boot })
    #expect(!plan.operations.contains { $0.title.contains("load the module") })
    #expect(plan.notes.contains { $0.contains("has to load br_netfilter, overlay, vxlan") })
    #expect(plan.notes.contains { $0.contains("pcie_aspm=off") })
    facts.memoryController = .known(.init(version: 2, isEnabled: false))
    #expect(try self.plan(facts).refusals.contains { $0.stage == .boot })
  }
}
