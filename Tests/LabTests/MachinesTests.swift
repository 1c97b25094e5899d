import FoundationEssentials
import Process
import Testing

@testable import Lab

@Suite(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .serialized, .timeLimit(.minutes(15)))
struct MachinesTests {
  @Test func `Machines are up, with systemd, SSH, apt and each other`() async throws {
    try await withMachines { lab in
      #expect(lab.machines.map(\.name) == ["cow", "sheep", "duck"])
      for machine in lab.machines {
        #expect(try await output(machine.ssh("hostname; id -u")) == "\(machine.name)\n0\n")
        #expect(try await output(machine.ssh("systemctl is-system-running --wait")) == "running\n")
        #expect(try await output(machine.ssh("sudo id -u", user: "pi")) == "0\n")
      }
      let cow = lab["cow"]
      #expect(try await cow.run("cat /sys/class/net/eth0/operstate") == "up\n")
      // Through this host to the archive.
      try await cow.run("apt-get -q update -o APT::Update::Error-Mode=any")
      // What belongs to a machine alone.
      let keys = try await lab.machines.asyncMap { try await $0.run("cat /etc/machine-id /etc/ssh/*.pub") }
      #expect(Set(keys).count == 3)
      // Its sysctls are its own.
      let before = try String(contentsOfFile: "/proc/sys/vm/swappiness", encoding: .utf8)
      #expect(try await cow.run("sysctl -qw vm.swappiness=7; cat /proc/sys/vm/swappiness") == "7\n")
      #expect(try String(contentsOfFile: "/proc/sys/vm/swappiness", encoding: .utf8) == before)
      // What Kubernetes needs.
      try await cow.run(
        """
        systemctl start containerd
        ctr images list
        mkdir /sys/fs/cgroup/memory/probe && rmdir /sys/fs/cgroup/memory/probe
        /usr/local/lib/croft-lab/kubernetes/kubelet --version
        """)
    }
  }

  @Test func `Power off, on, cut and reboot keep the disk`() async throws {
    try await withMachines(.init(machines: ["cow"])) { lab in
      let cow = lab["cow"]
      try await cow.run("echo kept >/var/lib/rancher/kept; echo kept >/root/kept")
      let first = try await cow.bootID
      _ = try await cow.ssh("systemctl poweroff").run()
      try await cow.untilOff()
      #expect(!cow.isOn)
      #expect(try await !cow.ssh("true").run().isSuccess)
      #expect(try String(contentsOfFile: "\(cow.root)/root/kept", encoding: .utf8) == "kept\n")

      try await cow.powerOn()
      let second = try await cow.bootID
      #expect(second != first)
      #expect(try await cow.run("cat /var/lib/rancher/kept /root/kept") == "kept\nkept\n")

      try await cow.reboot()
      #expect(try await cow.bootID != second)

      // Nobody tells this session that the machine goes.
      async let session = cow.ssh("touch /run/session; sleep 900").run(timeout: .seconds(240))
      try await cow.run("until [ -e /run/session ]; do sleep 0.1; done")
      try await cow.run("echo late >/var/lib/rancher/late")
      try await lab.cut(cow)
      try await cow.cutPower()
      #expect(!cow.isOn)
      try await cow.cutPower()
      try await lab.reconnect()
      try await cow.powerOn()
      #expect(try await session.status == .exited(255))
      #expect(try await cow.run("cat /var/lib/rancher/kept /var/lib/rancher/late") == "kept\nlate\n")
      try await cow.powerOff()
      #expect(!cow.isOn)
    }
  }

  @Test func `Networks are cut between two machines, around one, and made slow`() async throws {
    try await withMachines { lab in
      let (cow, sheep, duck) = (lab["cow"], lab["sheep"], lab["duck"])
      func reaches(_ from: Machine, _ to: Machine) async throws -> Bool {
        (try? await from.run("ping -c 1 -W 3 \(to.name)")) != nil
      }
      #expect(try await reaches(cow, sheep))

      try await lab.cut(cow, sheep)
      #expect(try await !reaches(cow, sheep))
      #expect(try await !reaches(sheep, cow))
      #expect(try await reaches(cow, duck))
      #expect(try await cow.ssh("true").run().isSuccess)

      try await lab.cut(duck)
      #expect(try await !reaches(cow, duck))
      #expect(try await !duck.ssh("true").run().isSuccess)

      try await lab.reconnect()
      #expect(try await reaches(cow, sheep))
      #expect(try await duck.ssh("true").run().isSuccess)

      let clock = ContinuousClock()
      func megabyte() async throws -> Duration {
        let start = clock.now
        _ = try await output(cow.ssh("head -c 1000000 /dev/zero"))
        return clock.now - start
      }
      try await cow.limitNetwork(kilobitsPerSecond: 800)
      let slow = try await megabyte()
      #expect(slow > .seconds(5))
      try await cow.limitNetwork(kilobitsPerSecond: nil)
      #expect(try await megabyte() < slow / 2)
    }
  }

  @Test func `A disk is full, a clock is wrong, a port is taken, sudo asks, a Pi has no memory cgroup`() async throws {
    var options = Machines.Options(machines: ["cow"])
    options.sudoAsksForPassword = true
    options.board = .raspberryPi
    options.diskSize = 1 << 30
    options.disks = [256 << 20, 128 << 20]
    try await withMachines(options) { lab in
      let cow = lab["cow"]
      try await cow.fillDisk()
      #expect(try await cow.ssh("echo x >/root/file").run().errorText.contains("No space left on device"))
      #expect(try await cow.ssh("echo x >/var/lib/rancher/file").run().errorText.contains("No space left on device"))
      try await cow.freeDisk()
      #expect(try await cow.ssh("echo x >/root/file").run().isSuccess)

      func expectClock(offBySeconds offset: Double) async throws {
        let asRoot = "echo \(Machines.password) | sudo --stdin --prompt= date +%s"
        for command in [cow.ssh("date +%s"), cow.ssh("date +%s", user: "pi"), cow.ssh(asRoot, user: "pi")] {
          let before = Date().timeIntervalSince1970
          let time = try #require(Double(try await output(command).dropLast()))
          let after = Date().timeIntervalSince1970
          // `date` cuts a part of a second off.
          #expect((before + offset - 1...after + offset + 1).contains(time))
        }
      }
      try await cow.setClock(offBySeconds: -600)
      try await expectClock(offBySeconds: -600)
      try await cow.setClock(offBySeconds: 0)
      try await expectClock(offBySeconds: 0)
      #expect(try await cow.ssh("date --set 2020-01-01").run().errorText.contains("not permitted"))

      try await cow.takePort(6443)
      #expect(try await cow.run("ss --no-header --listening --tcp --numeric 'sport = :6443'").contains("6443"))
      try await cow.releasePort(6443)
      #expect(try await cow.run("ss --no-header --listening --tcp --numeric 'sport = :6443'").isEmpty)

      #expect(try await !cow.ssh("sudo --non-interactive true", user: "pi").run().isSuccess)
      let typed = "echo \(Machines.password) | sudo --stdin id -u"
      #expect(try await output(cow.ssh(typed, user: "pi")) == "0\n")

      let second = "/dev/disk/by-id/croft-lab-disk-2"
      #expect(try await cow.run("lsblk --noheadings --raw --bytes --output SIZE,FSTYPE \(second)") == "134217728 \n")
      try await cow.run("mkfs.ext4 -q -L data \(second); mount \(second) /mnt; echo kept >/mnt/kept")

      let enabled = "awk '$1 == \"memory\" { print $4 }' /proc/cgroups"
      #expect(try await cow.run(enabled) == "0\n")
      try await cow.run("sed -i 's/$/ cgroup_enable=memory/' /boot/firmware/cmdline.txt")
      try await cow.reboot()
      #expect(try await cow.run(enabled) == "1\n")
      #expect(try await cow.run("cat /proc/cmdline").contains("cgroup_enable=memory"))
      #expect(try await cow.run("mount \(second) /mnt; cat /mnt/kept") == "kept\n")
    }
  }

  @Test func `Two labs have networks of their own, and going they leave nothing`() async throws {
    var names: [String] = []
    try await withMachines(.init(machines: ["cow"])) { first in
      try await withMachines(.init(machines: ["cow", "sheep"])) { second in
        #expect(first.number != second.number)
        #expect(try await first["cow"].run("cat /etc/machine-id") != second["cow"].run("cat /etc/machine-id"))
        #expect(try await first["cow"].ssh("true").run().isSuccess)
        #expect(try await second["cow"].ssh("true").run().isSuccess)
        names = ["croft\(second.number)", second.folder, "10.99.\(second.number)."]
        let kinds = Set(try await traces(of: names).map { $0.prefix { $0 != " " } })
        #expect(kinds == ["mount", "link", "route", "rules", "cgroup", "loop", "file", "process"])
        // Another one goes, and the way to the world stays open for these.
        for _ in 0..<40 { #expect(try await Command(Machines.script("remove"), ["/nowhere"]).run().isSuccess) }
        #expect(try String(contentsOfFile: "/proc/sys/net/ipv4/ip_forward", encoding: .utf8) == "1\n")
      }
      let left = try await remains(of: names)
      #expect(left == [])
      #expect(try await first["cow"].ssh("true").run().isSuccess)
    }
  }

  @Test func `Asking for machines twice, or for one that is not there, is told in words`() async throws {
    #expect(throws: LabError.noLab("nowhere", in: "/var/lib/croft-lab")) { try Machines.existing("nowhere") }
    try await withMachines(.init(machines: ["cow"])) { lab in
      var options = Machines.Options(machines: ["cow"])
      options.name = lab.name
      await #expect(throws: LabError.self) { try await Machines.up(options) }
      // The one that is there is left alone.
      let same = try Machines.existing(lab.name)
      #expect(same["cow"].isOn)
      #expect(try await same["cow"].ssh("true").run().isSuccess)
    }
  }

  private func output(_ command: Command) async throws -> String {
    let output = try await command.run()
    #expect(output.isSuccess, "\(output)")
    return output.text
  }
}

extension Array {
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
