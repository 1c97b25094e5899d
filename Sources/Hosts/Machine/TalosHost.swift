import Process

/// A machine that runs Talos. It has no shell, so it is driven through its API by `talosctl`, with the same verbs of
/// power as others and those of its own.
public struct TalosHost: MachineControl {
  public let name: String
  /// Where the machine is reached; also its own endpoint, so that no other machine has to be up.
  public let address: String
  /// The path of a talosconfig; `nil`: as `talosctl` finds it.
  public let configuration: String?
  private let executable: String
  private let clock: any Clock<Duration>

  /// - Parameter executable: A path, or a name looked up in PATH.
  public init(
    name: String, address: String, configuration: String? = nil, executable: String = "talosctl",
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.name = name
    self.address = address
    self.configuration = configuration
    self.executable = executable
    self.clock = clock
  }

  /// The version of Talos that the machine runs: `v1.10.3`.
  public func version() async throws(HostError) -> String {
    let text = try await talosctl(["version"], during: "asking for the version")
    // The client's own version comes first; the machine's stands behind `Server:`.
    var isServer = false
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: ":", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
      if words.first == "Server" { isServer = true }
      if isServer, words.count == 2, words[0] == "Tag" { return words[1] }
    }
    throw unreadable("version", text)
  }

  /// One service of the machine.
  public struct Service: Sendable, Equatable {
    /// `kubelet`
    public var name: String
    /// `Running`
    public var state: String
    /// `OK`, `Fail`, or `?` where the service has no check.
    public var health: String
    public init(name: String, state: String, health: String) {
      self.name = name
      self.state = state
      self.health = health
    }
  }

  public func services() async throws(HostError) -> [Service] {
    let text = try await talosctl(["services"], during: "asking for the services")
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.first?.split(separator: " ").prefix(4) == ["NODE", "SERVICE", "STATE", "HEALTH"] else {
      throw unreadable("services", text)
    }
    return lines.dropFirst().compactMap { line in
      let words = line.split(separator: " ")
      return words.count < 4
        ? nil : Service(name: String(words[1]), state: String(words[2]), health: String(words[3]))
    }
  }

  /// Waits until the cluster that the machine belongs to is well, as Talos sees it.
  public func waitUntilHealthy(timeout: Duration) async throws(HostError) {
    _ = try await talosctl(
      ["health", "--wait-timeout", "\(timeout.components.seconds)s"], timeout: timeout + .seconds(30),
      during: "waiting until the cluster is healthy")
  }

  /// Installs another version, which starts the machine anew, and returns when the machine took the request.
  /// - Parameter image: `factory.talos.dev/installer/…:v1.10.3`
  public func upgrade(to image: String) async throws(HostError) {
    _ = try await talosctl(
      ["upgrade", "--image", image, "--wait=false"], timeout: .seconds(600), during: "the request to upgrade")
  }

  public func bootID() async throws(HostError) -> String {
    let text = try await talosctl(["read", "/proc/sys/kernel/random/boot_id"], during: "reading the boot id")
    let id = text.filter { !$0.isWhitespace }
    guard !id.isEmpty else { throw unreadable("read", text) }
    return id
  }

  public func reboot() async throws(HostError) {
    _ = try await talosctl(["reboot", "--wait=false"], during: "the request to start anew")
  }

  public func powerOff() async throws(HostError) {
    _ = try await talosctl(["shutdown", "--wait=false"], during: "the request to turn off")
  }

  public func waitUntilUp(
    after boot: String?, timeout: Duration, clock: any Clock<Duration>
  ) async throws(HostError) {
    try await untilUp(after: boot, timeout: timeout, clock: clock)
  }

  // MARK: talosctl

  private func talosctl(
    _ verb: [String], timeout: Duration = .seconds(30), during label: String
  ) async throws(HostError) -> String {
    var arguments = configuration.map { ["--talosconfig", $0] } ?? []
    arguments += ["--nodes", address, "--endpoints", address] + verb
    var command = Command(executable, arguments)
    command.isDetached = true
    let output: CommandOutput
    do {
      output = try await command.run(timeout: timeout, clock: clock)
    } catch ProcessError.notFound {
      throw .missingProgram(
        host: name, name: "talosctl",
        fix: "install it from https://github.com/siderolabs/talos/releases, in the version of the machines")
    } catch ProcessError.timedOut {
      throw .timedOut(host: name, during: label, after: timeout)
    } catch is CancellationError {
      throw .cancelled(host: name, during: label)
    } catch {
      throw .programProblem(
        host: name, name: "talosctl", said: "\(error)", fix: "look whether this machine is out of resources")
    }
    guard output.isSuccess else { throw explain(output.errorText, label) }
    return output.text
  }

  /// `talosctl` has one status for all; what it says are gRPC's codes.
  private func explain(_ said: String, _ label: String) -> HostError {
    let lines = said.split(whereSeparator: \.isNewline).map(String.init)
    let last = lines.last { $0.contains("rpc error") || $0.contains("error") } ?? lines.last ?? "no reason"
    if ["code = Unavailable", "code = DeadlineExceeded", "connection refused", "no route to host", "i/o timeout"]
      .contains(where: said.contains)
    {
      return .unreachable(
        host: name, address: address, cause: last,
        fix: "look whether it is on and in the network, and whether port 50000 is open")
    }
    if ["code = Unauthenticated", "code = PermissionDenied", "x509:", "tls:"].contains(where: said.contains) {
      return .refusedLogin(
        host: name, user: "the user of the talosconfig", methods: [],
        fix: "\(last); take the talosconfig that belongs to this cluster (\(configuration ?? "~/.talos/config"))")
    }
    return .refused(host: name, what: label, said: last)
  }

  private func unreadable(_ verb: String, _ text: String) -> HostError {
    .programProblem(
      host: name, name: "talosctl \(verb)",
      said: text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "nothing",
      fix: "use the talosctl that belongs to the machine's version")
  }
}
