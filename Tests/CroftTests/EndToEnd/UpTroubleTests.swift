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
      let home = try TroubleHome(lab)
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
      let home = try TroubleHome(lab)
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
      let home = try TroubleHome(lab)
      defer { home.remove() }
      try await home.makeRelease()
      try await home.expectReady()
      try await lab["cow"].takePort(6443)
      let reason = "the port 6443, which the API server needs, is taken by socat"
      let run = try await home.up("kubernetes")
      #expect(run.status == .exited(1), "\(run.text)\(run.errorText)")
      #expect(run.finished?["failed"] == ["k3s/cow"])
      #expect(run.finished?["blocked"] == ["k3s/sheep"])
      #expect(run.finished?["stopped"] == [])
      #expect(TroubleHome.blocked(run) == ["k3s/sheep": ["k3s/cow"]])
      #expect(run.finished?["ready"]?.array?.contains("node/sheep") == true)
      #expect(TroubleHome.failures(run).filter { $0.contains(reason) }.count == 1, "\(run.text)")
      #expect(TroubleHome.failures(run).count == 1, "\(run.text)")
      let board = try await home.croft(["up", "--yes", "--until", "kubernetes"])
      #expect(board.text.contains("k3s/sheep waits for k3s/cow"), "\(board.text)")
      try await lab["cow"].releasePort(6443)

      // Refused before that: Kubernetes waits for the machine, and the machine alone says why.
      try await lab["cow"].setClock(offBySeconds: 600)
      let refused = try await home.up("kubernetes") { $0.message = "late" }
      #expect(refused.finished?["failed"] == ["node/cow"])
      #expect(TroubleHome.failures(refused).count == 1, "\(refused.text)")
      #expect(TroubleHome.blocked(refused) == ["k3s/cow": ["node/cow"], "k3s/sheep": ["node/cow"]])
      try await lab["cow"].setClock(offBySeconds: 0)
      try await home.expectReady(until: "kubernetes")

      // What listens there is k3s, which is starting.
      let starting = try await lab["cow"].run(
        """
        systemctl restart --no-block k3s
        until ss -Htln 'sport = :6443' | grep -q . && [ "$(systemctl is-active k3s)" = activating ]; do sleep 0.05; done
        systemctl is-active k3s || true
        """)
      #expect(starting == "activating\n")
      try await home.expectReady(until: "kubernetes")
    }
  }

  /// The old program stays whole until the new one is.
  @Test func aDiskThatIsFullWhenK3sComes() async throws {
    try await withMachines(Machines.Options(machines: ["cow"])) { lab in
      let home = try TroubleHome(lab)
      defer { home.remove() }
      let cow = lab["cow"]
      // What k3s writes besides its program, while it is full there.
      let program = "sha256sum /usr/local/bin/k3s 2>&1; ls -A /usr/local/bin; ls -A /var/lib/rancher/k3s/agent/images"
      func startOfK3s() async throws -> (time: String, restarts: Int) {
        func property(_ name: String) async throws -> String {
          try await cow.run("systemctl show --property=\"$1\" --value k3s", name).trimmingCharacters(in: .newlines)
        }
        return try await (property("ActiveEnterTimestamp"), #require(Int(property("NRestarts"))))
      }
      func expectNoSpace(
        _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout TroubleHome.Wanted) -> Void = { _ in }
      ) async throws {
        try await cow.fillDisk()
        let run = try await home.up("kubernetes", change)
        #expect(run.status == .exited(1), "\(run.text)\(run.errorText)", sourceLocation: sourceLocation)
        #expect(run.finished?["failed"] == ["k3s/cow"], "\(run.text)", sourceLocation: sourceLocation)
        let failures = TroubleHome.failures(run)
        #expect(failures.count == 1, "\(failures)", sourceLocation: sourceLocation)
        for word in words {
          #expect(failures.first?.contains(word) == true, "\(failures)", sourceLocation: sourceLocation)
        }
      }

      try await home.makeRelease()
      try await home.expectReady()
      try await expectNoSpace(["there is no space left for the folders of k3s", "free some"])
      try await cow.freeDisk()
      try await home.expectReady(until: "kubernetes")

      let before = try await cow.run(program)
      let started = try await startOfK3s()
      try await home.makeRelease("v1.33.5+k3s1")
      try await expectNoSpace(["there is no space left for /usr/local/bin/k3s", "free some"]) {
        $0.version = "v1.33.5+k3s1"
        $0.install = "binary: air/k3s"
      }
      #expect(try await cow.run(program) == before)
      // Where there is no space etcd may end by itself; systemd counts that.
      let now = try await startOfK3s()
      #expect(now.time == started.time || now.restarts > started.restarts)

      // The same where the machine downloads it.
      try await cow.freeDisk()
      let mirror = try await serveReleases(of: home, on: cow)
      try await expectNoSpace(["there is no space left for /usr/local/bin/k3s", "free some"]) {
        $0.version = "v1.33.5+k3s1"
        $0.install = "mirror: \(mirror)"
      }
      #expect(try await cow.run(program) == before)
      try await cow.freeDisk()
      try await home.expectReady(until: "kubernetes") {
        $0.version = "v1.33.5+k3s1"
        $0.install = "mirror: \(mirror)"
      }
      #expect(try await cow.run("k3s --version").contains("v1.33.5+k3s1"))
    }
  }

  /// Lets a machine find the lab's k3s as releases of https://github.com/k3s-io/k3s/releases on itself.
  /// - Returns: `kubernetes.install.mirror`
  private func serveReleases(of home: TroubleHome, on machine: Machine) async throws -> String {
    let folder = "\(machine.root)/srv/v1.33.5+k3s1"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(home.folder)/air/k3s", toPath: "\(folder)/k3s")
    try await machine.run(
      """
      cd /srv/v1.33.5+k3s1
      sha256sum k3s >sha256sum-amd64.txt
      systemd-run --quiet --collect --unit=croft-lab-releases \
        python3 -m http.server 8000 --bind 127.0.0.1 --directory /srv
      until python3 -c 'import urllib.request as r; r.urlopen("http://127.0.0.1:8000/")' 2>/dev/null; do sleep 0.1; done
      """)
    return "http://127.0.0.1:8000"
  }

  /// Restarts a machine when dpkg's lock is waited for there: every two seconds it is asked for again.
  private func restartWhenInstalling(_ machine: Machine) async throws {
    try await machine.run("timeout 60 sh -c 'until pgrep -fx \"sleep 2\"; do sleep 0.1; done'")
    try await machine.reboot()
  }
}
