@preconcurrency import Glibc
import Process
public import Redaction
import Synchronization

/// A machine that is reached through the OpenSSH client.
///
/// There is one connection per value. The first script opens it and goes through it at once, later ones are sessions
/// in it. It outlives a killed Croft by at most ``idle``.
public final class SSHHost: Host, ScriptHost, MachineControl {
  public let name: String
  public let destination: SSHDestination
  let sudoPassword: Secret<String>?
  private let executable: String
  private let clock: any Clock<Duration>
  private let idle: Duration
  private let gate = ConnectionGate()
  /// The kind of host key to ask for, where the pinned one is not what `ssh` likes best.
  private let algorithms = Mutex<String?>(nil)

  /// - Parameters:
  ///   - name: The node's name, for messages.
  ///   - sudoPassword: What `sudo` is told where it asks.
  ///   - idle: How long the connection stays open while nothing runs.
  ///   - executable: A path, or a name looked up in PATH.
  public init(
    name: String, _ destination: SSHDestination, sudoPassword: Secret<String>? = nil, idle: Duration = .seconds(60),
    executable: String = "ssh", clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.name = name
    self.destination = destination
    self.sudoPassword = sudoPassword
    self.idle = idle
    self.executable = executable
    self.clock = clock
  }

  func run(
    _ script: HostScript, content: Secret<[UInt8]>?, limit: Int, onLine: @escaping @Sendable (HostLine) -> Void
  ) async throws(HostError) -> HostResult {
    let ticket = await gate.enter()
    defer { gate.leave(ticket) }
    let attempt = { () async throws(HostError) -> ScriptRun.Outcome in
      try await self.attempt(script, content, limit, ticket, onLine)
    }
    var outcome = try await attempt()
    if case .notStarted(let said, .exited(255)) = outcome {
      if SSHMessage(said) == .unknownKey, let other = await algorithmsOfPinnedKey() {
        algorithms.withLock { $0 = other }
        outcome = try await attempt()
      } else if SSHMessage.isOfSlowClient(said) {
        outcome = try await attempt()
      }
    }
    switch outcome {
    case .result(let result): return result
    case .notStarted(_, nil):
      throw .unreachable(
        host: name, address: destination.address, cause: "no answer within \(script.timeout)",
        fix: "look whether it is on and whether its SSH server works")
    case .notStarted(_, .signaled(let number)):
      throw .programProblem(
        host: name, name: "ssh", said: "ended by signal \(number)", fix: "look who ends it, and try again")
    case .notStarted(let said, .exited(255)): throw await explain(said)
    case .notStarted(let said, _): throw notStarted(said, asRoot: script.asRoot, user: await settings().user)
    }
  }

  private func attempt(
    _ script: HostScript, _ content: Secret<[UInt8]>?, _ limit: Int, _ ticket: ConnectionGate.Ticket,
    _ onLine: @escaping @Sendable (HostLine) -> Void
  ) async throws(HostError) -> ScriptRun.Outcome {
    let run = ScriptRun(host: name, script, content: content, password: sudoPassword, limit: limit)
    let gate = gate
    guard let control = gate.controlPath else {
      throw .programProblem(
        host: name, name: "mkdtemp", said: "no folder for the connection's socket could be made",
        fix: "look whether /tmp is writable")
    }
    var command = Command(executable, options(control: control) + ["--", destination.host])
    command.arguments.append(run.wrapper.commandLine(script: run.sealed))
    command.isDetached = true
    command.environment["SSH_ASKPASS_REQUIRE"] = "never"
    do throws(HostError) {
      return try await run.run(command, endsWithScript: true, clock: clock, onLine: onLine) { gate.opened(ticket) }
    } catch {
      switch error {
      case .sudoPasswordNeeded, .wrongSudoPassword: throw error.naming(user: await settings().user)
      default: throw error
      }
    }
  }

  /// Closes the connection. Scripts that still run in it are ended.
  public func close() async {
    if let control = gate.controlPath, gate.isOpen {
      var command = Command(executable, ["-o", "ControlPath=\(control)", "-O", "exit", "--", destination.host])
      command.isDetached = true
      _ = try? await command.run(timeout: .seconds(5), clock: clock, grace: .seconds(1))
    }
    gate.discard()
  }

  public func reboot() async throws(HostError) {
    try await systemctl("reboot", label: "the request to start anew")
    await close()
  }

  public func powerOff() async throws(HostError) {
    try await systemctl("poweroff", label: "the request to turn off")
    await close()
  }

  /// How ``logIn(_:)`` proves who we are.
  public enum LoginMethod: Sendable, Equatable {
    /// By whatever `ssh` would try; it may ask for a passphrase or a password.
    case any
    /// By the user's password and nothing else: what `ssh` asks for, or the first line of a file.
    case password(file: String?)
  }

  /// Opens the connection with the help of the user's terminal, where `ssh` may ask for a passphrase or password.
  ///
  /// One host at a time: the terminal is one.
  /// - Returns: Whether it is open; `ssh` has said why not.
  public func logIn(_ method: LoginMethod = .any) async throws(HostError) -> Bool {
    guard let control = gate.controlPath else { return false }
    var command = Command(executable, destination.options + shared(control: control) + kinds)
    command.arguments += ["-o", "ControlMaster=yes", "-f", "-N", "-T"]
    var helper: String?
    defer { if let helper { unlink(helper) } }
    if case .password(let file) = method {
      command.arguments += [
        "-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive", "-o",
        "StrictHostKeyChecking=yes",
      ]
      if let file {
        // One try, so that nobody is locked out. `ssh` asks a program that prints what the file holds; the question of
        // a machine in between gets no answer.
        command.arguments += ["-o", "NumberOfPasswordPrompts=1"]
        let settings = await settings()
        let asked = "\(settings.user)@\(settings.host)".shellWord
        helper = try makeHelper(
          "\(control).ask",
          "#!/bin/sh\ncase \"$1\" in *\(asked)*) exec head -n 1 -- \(file.shellWord) ;; esac\nexit 1\n")
        command.environment["SSH_ASKPASS"] = helper
        command.environment["SSH_ASKPASS_REQUIRE"] = "force"
      }
    }
    do {
      command.arguments += ["--", destination.host]
      return try await command.runInForeground() == .exited(0)
    } catch {
      throw .missingProgram(host: name, name: "ssh", fix: Self.install)
    }
  }

  /// A program in the connection's folder, which only this user may enter.
  private func makeHelper(_ path: String, _ text: String) throws(HostError) -> String {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
    guard descriptor >= 0 else {
      throw .notWritable(host: name, path: path, cause: String(cString: strerror(errno)))
    }
    defer { Glibc.close(descriptor) }
    var text = text
    let count = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
    if count == text.utf8.count { return path }
    throw .notWritable(host: name, path: path, cause: String(cString: strerror(errno)))
  }

  static let install = "install it: apt-get install openssh-client"

  private var kinds: [String] { algorithms.withLock { $0 }.map { ["-o", "HostKeyAlgorithms=\($0)"] } ?? [] }

  private func options(control: String) -> [String] {
    destination.options + shared(control: control) + kinds + [
      "-T", "-o", "BatchMode=yes", "-o", "ControlMaster=auto", "-o", "StrictHostKeyChecking=yes",
    ]
  }

  /// What the user's configuration may not change: a session is for one script and nothing besides.
  private func shared(control: String) -> [String] {
    let settings = [
      "ControlPath=\(control)", "ControlPersist=\(max(1, idle.components.seconds))", "ConnectTimeout=10",
      "ServerAliveInterval=5", "ServerAliveCountMax=3", "LogLevel=INFO", "RemoteCommand=none",
      "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no",
      "PermitLocalCommand=no", "Tunnel=no", "VisualHostKey=no",
    ]
    return settings.flatMap { ["-o", $0] }
  }
}
