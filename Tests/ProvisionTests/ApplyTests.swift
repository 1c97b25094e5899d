import Blueprint
import Hosts
import Synchronization
import Testing

@testable import Provision

/// How machines are worked on, with machines that answer from a list.
struct ApplyTests {
  private static let two =
    head + """
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
        - {name: sheep, role: control-plane, addresses: [192.168.14.12]}
        - {name: duck, role: control-plane, addresses: [192.168.14.13]}

      """

  /// An answer to every part of the question, for a machine with what is given.
  private static func facts(
    boot: String = "boot-1", arguments: String = "quiet cgroup_enable=memory", files: String = "there",
    modules: [String] = ["0 loaded", "1 loaded", "2 loaded"], sysctls: [String] = ["0 w 1024", "1 w 1"]
  ) -> String {
    let parts: [(String, [String])] = [
      ("clock", ["now 1763700000.5", "synchronized yes"]),
      (
        "host",
        [
          "name cow", "kernel 6.1", "machine x86_64", "architecture amd64", "cpus 4", "memory 8000000", "boot \(boot)",
          "uptime 10.5", "container no", "reboot no", "user root", "systemd yes",
        ]
      ),
      ("virtualization", ["kvm"]), ("system", ["ID=debian", "VERSION_ID=\"12\""]), ("arguments", [arguments]),
      ("boot", ["grub"]),
      ("cgroup", ["2 yes"]), ("modules", modules), ("sysctls", sysctls),
      ("packages", ["ii  systemd-timesyncd 1"]), ("files", files.split(separator: "\n").map(String.init)),
      ("units", units), ("users", []), ("sshd", []),
      ("space", ["Filesystem 1024-blocks Used Available Capacity Mounted on", "/dev/sda 100000000 1 90000000 1% /"]),
      ("addresses", ["[]"]), ("routes", []), ("ports", []), ("disks", ["{\"blockdevices\": []}"]), ("devices", []),
      ("k3s", []),
    ]
    return parts.map { name, lines in "@\(name)\n" + lines.map { " \($0)\n" }.joined() + "=ok\n" }.joined() + ".end\n"
  }

  private static let request: FactsRequest = {
    guard let blueprint = try? blueprint(two) else { return FactsRequest() }
    return factsRequest(blueprint, blueprint.nodes[0])
  }()

  private static let units = units(request)

  /// All of them are there, and of those only the service that keeps the time runs.
  private static func units(_ request: FactsRequest) -> [String] {
    ["there " + (0..<request.units.count).map(String.init).joined(separator: " ")]
      + request.units.sorted().flatMap { name in
        [
          "LoadState=loaded", "ActiveState=\(name == "systemd-timesyncd.service" ? "active" : "inactive")",
          "UnitFileState=enabled",
        ]
      }
  }

  /// The files of the nodes as they are to be, by the cluster file.
  private static func ready(_ node: String = "cow", _ text: String = two) throws -> String {
    let blueprint = try blueprint(text)
    let spec = try #require(blueprint.nodes.first { $0.name == node })
    let request = factsRequest(blueprint, spec)
    let prepared = HostFacts.bare.prepared(blueprint, spec).files.value ?? [:]
    let names = request.files.sorted()
    let there = names.indices.filter { prepared[names[$0]] != nil }
    return
      (["there " + there.map { "\($0)" }.joined(separator: " ")]
      + there.map { index in
        let file = prepared[names[index]]
        return "stat \((file?.mode ?? "").drop { $0 == "0" }) root root \(file?.size ?? 0)"
      } + there.map { "\(prepared[names[$0]]?.digest ?? "")  \(names[$0])" }).joined(separator: "\n")
  }

  private static func provisioning(
    _ text: String = two, options: Provisioning.Options = .init(),
    emit: @escaping @Sendable (ProvisionEvent) -> Void = { _ in }
  ) throws -> Provisioning {
    Provisioning(
      try blueprint(text), options: options, clock: ImmediateClock(), time: { 1_763_700_000 }, emit: emit)
  }

  @Test func aMachineThatIsReadyIsAskedOnceAndNothingElse() async throws {
    let ready = try Self.ready()
    let host = RecordedHost("cow") { _, _ in .text(Self.facts(files: ready)) }
    let provisioning = try Self.provisioning()
    let node = provisioning.blueprint.nodes[0]
    let results = await provisioning.apply(to: [.init(node, host)])
    #expect(results == ["cow": .success(0)])
    #expect(host.labels == ["looking at the machine"])
    #expect(host.asked[0].asRoot)
  }

  @Test func whatIsMissingIsDoneInOneScriptAStageAndLookedAtAgain() async throws {
    let ready = try Self.ready()
    let host = RecordedHost("cow") { script, place in
      script.label == "looking at the machine"
        ? .text(Self.facts(files: place == 0 ? "there" : ready)) : .text("@0\n=0\n@1\n=0\n@2\n=0\n.end\n")
    }
    let events = Mutex<[ProvisionEvent]>([])
    let provisioning = try Self.provisioning { event in events.withLock { $0.append(event) } }
    let results = await provisioning.apply(to: [.init(provisioning.blueprint.nodes[0], host)])
    #expect(results == ["cow": .success(3)])
    #expect(host.labels == ["looking at the machine", "the stage system", "looking at the machine"])
    let done = events.withLock { $0 }.compactMap { event in
      if case .operationDone(_, _, let title) = event { title } else { nil }
    }
    #expect(
      done == [
        "write /etc/modules-load.d/croft.conf", "write /etc/sysctl.d/90-croft.conf",
        "write /etc/systemd/logind.conf.d/90-croft.conf",
      ])
  }

  @Test func whatDidNotBecomeTrueIsAnError() async throws {
    let host = RecordedHost("cow") { script, _ in
      script.label == "looking at the machine" ? .text(Self.facts()) : .text("@0\n=0\n@1\n=0\n@2\n=0\n.end\n")
    }
    let provisioning = try Self.provisioning()
    let results = await provisioning.apply(to: [.init(provisioning.blueprint.nodes[0], host)])
    guard case .failure(.notTrue(let operations)) = results["cow"] else {
      Issue.record("\(results)")
      return
    }
    #expect(operations.map(\.title).contains("write /etc/sysctl.d/90-croft.conf"))
    #expect(host.labels.filter { $0 == "looking at the machine" }.count == 12)
    #expect(host.labels.filter { $0 == "the stage system" }.count == 1)
  }

  /// An address is away for a moment while a network is made anew.
  @Test func whatBecomesTrueAMomentLaterIsAwaited() async throws {
    let ready = try Self.ready()
    let looks = Mutex(0)
    let host = RecordedHost("cow") { script, _ in
      guard script.label == "looking at the machine" else { return .text("@0\n=0\n@1\n=0\n@2\n=0\n.end\n") }
      let look = looks.withLock { looks in
        looks += 1
        return looks
      }
      return .text(Self.facts(files: look < 5 ? "there" : ready))
    }
    let provisioning = try Self.provisioning()
    #expect(await provisioning.apply(to: [.init(provisioning.blueprint.nodes[0], host)]) == ["cow": .success(3)])
    #expect(host.labels.filter { $0 == "the stage system" }.count == 1)
  }

  @Test func oneThatFailsStopsAloneAndSaysWhere() async throws {
    let ready = try Self.ready()
    let cow = RecordedHost("cow") { script, _ in
      script.label == "looking at the machine"
        ? .text(Self.facts()) : .text("@0\n=0\n@1\n sysctl: cannot stat /proc/sys/x: No such file\n=1\n.end\n")
    }
    let sheep = RecordedHost("sheep") { _, _ in
      .failure(.unreachable(host: "sheep", address: "192.168.14.12", cause: "No route to host", fix: "turn it on"))
    }
    let duck = RecordedHost("duck") { script, place in
      script.label == "looking at the machine"
        ? .text(Self.facts(files: place == 0 ? "there" : ready)) : .text("@0\n=0\n@1\n=0\n@2\n=0\n.end\n")
    }
    let provisioning = try Self.provisioning()
    let nodes = provisioning.blueprint.nodes
    let results = await provisioning.apply(to: [.init(nodes[0], cow), .init(nodes[1], sheep), .init(nodes[2], duck)])
    #expect(results["duck"] == .success(3))
    guard case .failure(.operation(.system, let title, let reason, _, _)) = results["cow"] else {
      Issue.record("\(results)")
      return
    }
    #expect(title == "write /etc/sysctl.d/90-croft.conf")
    #expect(reason == "sysctl: cannot stat /proc/sys/x: No such file")
    guard case .failure(.host(.unreachable)) = results["sheep"] else {
      Issue.record("\(results)")
      return
    }
  }

  @Test func aScriptThatWasCutOffSaysInWhat() async throws {
    let host = RecordedHost("cow") { script, _ in
      script.label == "looking at the machine" ? .text(Self.facts()) : .text("@0\n=0\n@1\n some wor")
    }
    let provisioning = try Self.provisioning()
    let results = await provisioning.apply(to: [.init(provisioning.blueprint.nodes[0], host)])
    guard case .failure(.interrupted(.system, "write /etc/sysctl.d/90-croft.conf", _)) = results["cow"] else {
      Issue.record("\(results)")
      return
    }
  }

  // MARK: Restarts

  private static let restarting = two + "machines: {kernelArgs: [pcie_aspm=off]}\n"

  /// A machine whose kernel has no word until its second boot.
  private static func restarted(
    _ name: String, _ ready: String, comesBack: Bool = true, log: @escaping @Sendable (String) -> Void
  ) -> RecordedHost {
    let boots = Mutex(0)
    return RecordedHost(name) { script, place in
      switch script.label {
      case "looking at the machine":
        let isNew = boots.withLock { $0 } > 0
        return .text(
          facts(
            boot: isNew ? "boot-2" : "boot-1",
            arguments: "quiet cgroup_enable=memory" + (isNew ? " pcie_aspm=off" : ""), files: ready))
      case "the restart":
        log("\(name) down")
        return .text("")
      case "a look whether it is back":
        if place < 3 { return .text("boot-1\nactive\n") }
        if !comesBack || place < 6 {
          return .failure(.unreachable(host: name, address: "", cause: "Connection refused", fix: ""))
        }
        if boots.withLock({ boots in
          boots += 1
          return boots == 1
        }) {
          log("\(name) up")
        }
        return .text("boot-2\nactive\n")
      default: return .text("@0\n=0\n.end\n")
      }
    }
  }

  @Test func serversRestartOneAfterTheOther() async throws {
    let log = Mutex<[String]>([])
    let provisioning = try Self.provisioning(Self.restarting)
    let machines = try provisioning.blueprint.nodes.map { node in
      let ready = try Self.ready(node.name, Self.restarting)
      return Provisioning.Machine(node, Self.restarted(node.name, ready) { line in log.withLock { $0.append(line) } })
    }
    let results = await provisioning.apply(to: machines)
    #expect(results == ["cow": .success(1), "sheep": .success(1), "duck": .success(1)])
    let lines = log.withLock { $0 }
    #expect(lines.count == 6)
    for index in stride(from: 0, to: lines.count - 1, by: 2) {
      #expect(lines[index].dropLast(5) == lines[index + 1].dropLast(3), "\(lines)")
    }
  }

  @Test func whereAServerDoesNotComeBackNoOtherRestarts() async throws {
    let log = Mutex<[String]>([])
    var options = Provisioning.Options()
    options.restartTimeout = .seconds(60)
    let provisioning = try Self.provisioning(Self.restarting, options: options)
    let machines = try provisioning.blueprint.nodes.map { node in
      let ready = try Self.ready(node.name, Self.restarting)
      return Provisioning.Machine(
        node, Self.restarted(node.name, ready, comesBack: false) { line in log.withLock { $0.append(line) } })
    }
    let results = await provisioning.apply(to: machines)
    #expect(log.withLock { $0 }.count == 1)
    var gone = 0
    for case .failure(let error) in results.values {
      if case .notBack = error { continue }
      if case .otherServerGone = error { gone += 1 }
    }
    #expect(gone == 2, "\(results)")
  }

  @Test func aDiskIsNotWipedWithoutConsent() async throws {
    let text =
      head + """
        nodes:
          - name: duck
            role: worker
            addresses: [192.168.14.13]
            disks: [{device: /dev/sda, use: ceph, wipe: true}]

        """
    let spec = try blueprint(text).nodes[0]
    let request = try factsRequest(blueprint(text), spec)
    let units = Self.units(request)
    let modules = request.modules.sorted().indices.map { "\($0) loaded" }
    let files = try Self.ready("duck", text)
    let host = RecordedHost("duck") { script, _ in
      let answer = Self.facts(files: files, modules: modules)
        .replacing(Self.units.map { " \($0)\n" }.joined(), with: units.map { " \($0)\n" }.joined())
        .replacing("@devices\n", with: "@devices\n device 0 1099511627776 /dev/sda\n signature ext4\n")
        .replacing(
          "{\"blockdevices\": []}",
          with:
            "{\"blockdevices\": [{\"path\":\"/dev/sda\",\"type\":\"disk\",\"size\":1099511627776,\"serial\":\"S1\"}]}")
      return script.label == "looking at the machine" ? .text(answer) : .text("@0\n=1\n.end\n")
    }
    let disk = DiskFingerprint(
      device: "/dev/sda", path: "/dev/sda", serial: "S1", size: 1 << 40, signatures: ["ext4"])
    let careful = try Self.provisioning(text)
    #expect(await careful.apply(to: [.init(spec, host)]) == ["duck": .failure(.consent([disk]))])
    #expect(host.labels == ["looking at the machine"])
    var options = Provisioning.Options()
    options.consent = [disk]
    let agreed = try Self.provisioning(text, options: options)
    guard case .failure(.operation(.disks, _, _, _, _)) = await agreed.apply(to: [.init(spec, host)])["duck"] else {
      Issue.record("the disk was not worked on")
      return
    }
    // Agreeing to one disk is not agreeing to another in its place.
    var other = disk
    other.serial = "S2"
    options.consent = [other]
    let results = await (try Self.provisioning(text, options: options)).apply(to: [.init(spec, host)])
    #expect(results == ["duck": .failure(.consent([disk]))])
  }
}

/// A clock on which waiting takes no time.
struct ImmediateClock: Clock {
  typealias Instant = ContinuousClock.Instant
  private final class Time: Sendable {
    let now: Mutex<Instant> = Mutex(ContinuousClock().now)
  }
  private let time = Time()
  var now: Instant { time.now.withLock { $0 } }
  var minimumResolution: Duration { .nanoseconds(1) }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    time.now.withLock { $0 = max($0, deadline) }
    await Task.yield()
  }
}
