import Blueprint
import Glibc
import Hosts
import JSON
import Terminal

/// `croft ssh setup`
enum SSHSetupCommand: Subcommand {
  /// Names a file whose first line is the password of the machines' users.
  static let passwordFile = "CROFT_SSH_PASSWORD_FILE"

  static let spec = CommandSpec(
    name: "ssh setup", summary: "make SSH keys, and put them on the machines",
    discussion: """
      Makes each key that a node's 'ssh.key' names and that is not there yet (Ed25519; ssh-keygen asks for its \
      passphrase), and puts it among those that the node's user may log in with, through one login with the user's \
      password, which ssh asks for. Machines that let the key in already are left alone. Where nobody can be asked, \
      the password is the first line of the file of CROFT_SSH_PASSWORD_FILE.
      """,
    arguments: [MachineOptions.nodes],
    options: [.flag("no-passphrase", nil, "make keys without a passphrase, and do not ask for one")],
    examples: [
      .init("croft ssh setup", "before the first 'croft up'"),
      .init("croft ssh setup @storage", "some machines"),
    ])

  private static var isOnTerminal: Bool {
    TerminalDevice.standardInput.isTerminal && TerminalDevice.standardError.isTerminal
  }

  /// What became of a machine.
  private enum State: String { case ready, added, locked, failed }

  static func run(_ context: Context) async throws -> ExitCode {
    try await context.withMachines { access in
      let nodes = try context.selectedNodes(context.invocation.arguments, of: access.blueprint)
        .filter { access.blueprint.system(of: $0) != .talos }
      for key in keys(of: nodes, access.blueprint, context) { try await make(key, access.blueprint, context) }
      var rows: [JSON] = []
      var isComplete = true
      let refusals = try await access.refusals(nodes)
      if let file = context.environment[passwordFile] { context.warnWhereOthersRead(file) }
      for node in nodes {
        let (state, detail) = try await setUp(node, refusals[node.name], access, context)
        if state == .failed { isComplete = false }
        rows.append(["node": .string(node.name), "state": .string(state.rawValue), "detail": .string(detail)])
        if context.format == .text {
          let line = "\(node.name): \(detail)"
          switch state {
          case .ready, .added: context.output.line(line)
          case .locked: context.warn(line)
          case .failed: context.error(line)
          }
        }
      }
      if context.format == .json { context.output.line(JSON.array(rows).text) }
      return isComplete ? .success : .failure
    }
  }

  // MARK: Keys

  private static func keys(of nodes: [NodeSpec], _ blueprint: Blueprint, _ context: Context) -> [SSHKey] {
    var keys: [SSHKey] = []
    for node in nodes {
      guard let path = context.destination(of: node, in: blueprint).key else { continue }
      if !keys.contains(SSHKey(path)) { keys.append(SSHKey(path)) }
    }
    return keys
  }

  private static func make(_ key: SSHKey, _ blueprint: Blueprint, _ context: Context) async throws {
    if key.exists { return }
    let asks = !context.invocation.has("no-passphrase")
    if asks, !isOnTerminal {
      throw Exit(
        .usage,
        "there is no key \(key.path), and no terminal to ask for its passphrase on; say --no-passphrase for one "
          + "without, or make it with 'ssh-keygen -t ed25519 -f \(key.path)'")
    }
    context.output.errorLine("making the key \(key.path)")
    guard try await key.make(comment: "croft-\(blueprint.name)", asksPassphrase: asks), key.exists else {
      throw Exit(.failure, "the key \(key.path) was not made; ssh-keygen says why")
    }
  }

  // MARK: Machines

  private static func setUp(
    _ node: NodeSpec, _ refusal: HostError?, _ machines: MachineAccess, _ context: Context
  ) async throws -> (State, String) {
    guard let refusal else { return (.ready, "lets you in") }
    guard case .refusedLogin(_, let user, let methods, _) = refusal else { return (.failed, text(refusal)) }
    guard let path = context.destination(of: node, in: machines.blueprint).key else {
      return (.failed, "\(text(refusal)); or give the node 'ssh: {key: ~/.ssh/id_ed25519}' and run this again")
    }
    guard let line = SSHKey(path).publicLine else {
      return (.failed, "there is no \(path).pub; make it with 'ssh-keygen -y -f \(path) >\(path).pub'")
    }
    guard methods.contains(where: { ["password", "keyboard-interactive"].contains($0) }) else {
      return (
        .failed,
        "it takes no passwords (only \(methods.joined(separator: ", "))); put \(path).pub into "
          + "~\(user)/.ssh/authorized_keys there, on its own screen or through a user who may log in"
      )
    }
    let file = context.environment[passwordFile].flatMap { $0.isEmpty ? nil : $0 }
    if file == nil, !isOnTerminal {
      return (
        .failed,
        "there is no terminal to ask for the password of \(user) on; name a file that has it in \(passwordFile)"
      )
    }
    if let file, access(file, R_OK) != 0 {
      return (.failed, "\(file), which \(passwordFile) names, cannot be read: \(String(cString: strerror(errno)))")
    }
    do throws(HostError) {
      let host = machines.host(of: node)
      guard try await host.logIn(.password(file: file)) else {
        let source = file.map { " in \($0)" } ?? ""
        return (.failed, "the login as \(user) was refused; give the right password\(source)")
      }
      let result = try await host.run(SSHKey.authorize(line))
      await host.close()
      guard result.isSuccess else {
        let said = result.errors.split(separator: "\n").last ?? "it says nothing"
        return (.failed, "the key could not be added to ~\(user)/.ssh/authorized_keys: \(said); look at that folder")
      }
    } catch {
      return (.failed, text(error))
    }
    switch try await machines.refusals([node])[node.name] {
    case nil: return (.added, "lets \(path) in now")
    case .some where await SSHKey(path).isLocked:
      return (.locked, "has \(path) now, which has a passphrase and no agent holds it: run 'ssh-add \(path)'")
    case .some(let refusal): return (.failed, "has \(path) now, and all the same: \(text(refusal))")
    }
  }

  /// Without the machine's name, which stands before it already.
  private static func text(_ error: HostError) -> String {
    let text = "\(error)"
    return text.hasPrefix("\(error.host): ") ? String(text.dropFirst(error.host.count + 2)) : text
  }
}
