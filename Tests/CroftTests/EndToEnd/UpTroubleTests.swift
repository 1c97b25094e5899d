import Foundation
import JSON
import Lab
import Process
import Testing

/// What goes wrong on machines while `croft up` prepares them: one clear message each, the other machines come to their
/// end, and the next run, with the trouble gone, completes.
@Suite(.serialized, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .timeLimit(.minutes(15)))
struct UpTroubleTests {
  @Test func machinesThatCannotGoOnStopAlone() async throws {
    var options = Machines.Options()
    options.board = .raspberryPi
    options.sudoAsksForPassword = true
    try await withMachines(options) { lab in
      let home = try Home(lab)
      defer { home.remove() }
      let sheep = lab["sheep"]

      // No memory cgroup: the kernel's command line gets the words, and the machines restart by themselves.
      #expect(try await !sheep.run("cat /boot/firmware/cmdline.txt").contains("cgroup_enable=memory"))
      let boot = try await sheep.bootID
      try await home.expectReady()
      #expect(try await sheep.bootID != boot)
      #expect(try await sheep.run("cat /proc/cmdline /boot/firmware/cmdline.txt").contains("cgroup_enable=memory"))
      try await home.expectReady(changes: 0)

      try await sheep.powerOff()
      try await home.expectFailure(of: "sheep", ["no connection to \(sheep.address)", "look whether it is on"])
      try await sheep.powerOn()
      try await home.expectReady()

      let pin = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
      try await home.expectFailure(
        of: "sheep",
        [try await sheep.hostKeyFingerprint, "hostKey of the node says \(pin)", "somebody else may answer"]
      ) { $0.pin = pin }
      try await home.expectReady()

      try await home.expectFailure(of: "sheep", ["sudo asks for the password of pi", "NOPASSWD"]) { $0.user = "pi" }
      try await home.expectReady()

      try await sheep.fillDisk()
      try await home.expectFailure(of: "sheep", ["/ has only 0 MiB left", "make room there"]) { $0.message = "full" }
      try await sheep.freeDisk()
      try await home.expectReady { $0.message = "full" }

      try await sheep.setClock(offBySeconds: 600)
      try await home.expectFailure(of: "sheep", ["its clock is", "s ahead of this machine's", "set the clock"])
      try await sheep.setClock(offBySeconds: 0)
      try await home.expectReady()
    }
  }

  @Test func packagesThatDoNotCome() async throws {
    try await withMachines(Machines.Options(machines: ["cow", "sheep"])) { lab in
      let home = try Home(lab)
      defer { home.remove() }
      let sheep = lab["sheep"]
      try await home.expectReady()

      try await sheep.run(
        """
        mv /etc/apt/sources.list /root/
        rm -rf /var/lib/apt/lists/*
        echo 'deb [trusted=yes] http://127.0.0.1:9/debian bookworm main' >/etc/apt/sources.list
        """)
      try await home.expectFailure(
        of: "sheep", ["could not install ncdu", "a package repository does not answer", "127.0.0.1:9", "sources.list"]
      ) { $0.packages = ["ncdu"] }
      try await sheep.run("mv /root/sources.list /etc/apt/")
      try await home.expectReady { $0.packages = ["ncdu"] }

      // Somebody restarts the machine while apt waits for its lock there.
      try await sheep.run(
        """
        systemd-run --quiet --collect --unit=croft-lab-lock python3 -c 'import fcntl, time
        file = open("/var/lib/dpkg/lock-frontend", "w")
        fcntl.lockf(file, fcntl.LOCK_EX)
        open("/run/croft-lab-locked", "w")
        time.sleep(3600)'
        until [ -e /run/croft-lab-locked ]; do sleep 0.05; done
        """)
      async let restarted: Void = restartWhenInstalling(sheep)
      try await home.expectFailure(of: "sheep", ["the connection broke during", "run it again"]) {
        $0.packages = ["ncdu", "tree"]
      }
      try await restarted
      try await home.expectReady { $0.packages = ["ncdu", "tree"] }
    }
  }

  @Test func aPortThatIsTaken() async throws {
    try await withMachines(Machines.Options(machines: ["cow", "sheep"])) { lab in
      let home = try Home(lab)
      defer { home.remove() }
      try await home.makeRelease()
      try await home.expectReady()
      try await lab["cow"].takePort(6443)
      let reason = "the port 6443, which the API server needs, is taken by socat"
      let run = try await home.up("kubernetes")
      #expect(run.status == .exited(1), "\(run.text)\(run.errorText)")
      #expect(run.finished?["failed"] == ["k3s/cow"])
      #expect(run.finished?["ready"]?.array?.contains("node/sheep") == true)
      #expect(Home.failures(run).filter { $0.contains(reason) }.count == 1, "\(run.text)")
      #expect(Home.failures(run).count == 1, "\(run.text)")
      try await lab["cow"].releasePort(6443)
      try await home.expectReady(until: "kubernetes")
    }
  }

  /// Restarts a machine when apt or dpkg asks for their lock there, which it does every two seconds.
  private func restartWhenInstalling(_ machine: Machine) async throws {
    try await machine.run(
      """
      timeout 60 sh -c 'until pgrep -x "apt-get|dpkg" >/dev/null; do :; done'
      """)
    try await machine.reboot()
  }
}

extension UpTroubleTests {
  /// A cluster file for a lab's machines, and the program that reads it.
  private struct Home: Sendable {
    /// What the trouble is with `sheep`, and what all machines are to have.
    struct Wanted {
      var user = "root"
      var pin: String?
      var packages = ["nano"]
      var message = "hello"
    }

    let lab: Machines
    let folder: String

    init(_ lab: Machines) throws {
      self.lab = lab
      folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-trouble-\(UUID())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// The lab's k3s as the files of a release.
    func makeRelease() async throws {
      for (script, arguments) in [
        ("make-k3s", ["\(folder)/air/k3s", "v1.33.4+k3s1"]), ("make-images", ["\(folder)/air"]),
      ] {
        try FileManager.default.createDirectory(atPath: "\(folder)/air", withIntermediateDirectories: true)
        let output = try await Command("\(EndToEnd.Nixlab.root)/Lab/k3s/\(script)", arguments).run(
          timeout: .seconds(60))
        try #require(output.isSuccess, "\(output.errorText)")
      }
    }

    private func write(_ wanted: Wanted) async throws {
      var nodes = ""
      for machine in lab.machines {
        let isSheep = machine.name == "sheep"
        let key = try await machine.hostKeyFingerprint
        nodes += """
            - name: \(machine.name)
              role: \(machine.name == "cow" ? "control-plane" : "worker")
              addresses: [\(machine.address)]
              ssh:
                user: \(isSheep ? wanted.user : "root")
                key: \(lab.privateKeyPath)
                hostKey: "\(isSheep ? wanted.pin ?? key : key)"

          """
      }
      let text = """
        apiVersion: croft.dev/v1alpha1
        kind: Cluster
        name: home
        domain: home.example.net
        kubernetes: {distribution: k3s, version: v1.33.4+k3s1, install: {airGap: air}}
        network: {nodes: 10.99.\(lab.number).0/24, pods: 10.42.0.0/16, services: 10.43.0.0/16}
        nodes:
        \(nodes)machines:
          packages: [\(wanted.packages.joined(separator: ", "))]
          files: [{path: /etc/motd, content: \(wanted.message)}]

        """
      try text.write(toFile: "\(folder)/cluster.yaml", atomically: true, encoding: .utf8)
    }

    func up(_ step: String = "nodes", _ change: (inout Wanted) -> Void = { _ in }) async throws -> CommandOutput {
      var wanted = Wanted()
      change(&wanted)
      try await write(wanted)
      let environment = [
        "HOME": folder, "KUBECONFIG": folder + "/kubeconfig", "PATH": Lab.path, "LANG": "C.UTF-8",
        "CROFT_STATE": folder + "/.state", "CROFT_CACHE": folder + "/.cache",
      ]
      return try await Command(
        croftPath, ["up", "--yes", "--until", step, "-o", "json"], environment: environment.mapValues { Optional($0) },
        directory: folder
      ).run(timeout: .seconds(300))
    }

    func expectReady(
      until step: String = "nodes", changes: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout Wanted) -> Void = { _ in }
    ) async throws {
      let run = try await up(step, change)
      #expect(run.status == .exited(0), "\(run.text.suffix(2000))\(run.errorText)", sourceLocation: sourceLocation)
      if let changes {
        #expect(run.finished?["changes"]?.int == changes, "\(run.text)", sourceLocation: sourceLocation)
      }
    }

    /// One machine fails, once, with a message that has all these words; every other one is ready.
    func expectFailure(
      of name: String, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout Wanted) -> Void = { _ in }
    ) async throws {
      let run = try await up("nodes", change)
      #expect(run.status == .exited(1), "\(run.text.suffix(2000))\(run.errorText)", sourceLocation: sourceLocation)
      let failures = Self.failures(run)
      #expect(failures.count == 1, "\(run.text)", sourceLocation: sourceLocation)
      for word in words {
        #expect(failures.first?.contains(word) == true, "\(failures)", sourceLocation: sourceLocation)
      }
      let others = lab.machines.map(\.name).filter { $0 != name }.map { "node/\($0)" }
      let ready = run.finished?["ready"]?.array?.compactMap(\.string) ?? []
      #expect(ready.sorted() == others.sorted(), sourceLocation: sourceLocation)
      #expect(run.finished?["failed"] == [.string("node/\(name)")], sourceLocation: sourceLocation)
    }

    /// What was said of those that failed.
    static func failures(_ run: CommandOutput) -> [String] {
      run.text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
        .filter { $0["event"]?.string == "releaseFailed" }.compactMap { $0["reason"]?.string }
    }
  }
}
