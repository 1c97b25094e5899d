import Blueprint
import Diagnostics
import Hosts
import Process
import Terminal

/// `croft ssh`, and `croft ssh setup`
enum SSHCommand: CommandGroup {
  static let commands: [any Subcommand.Type] = [SSHSetupCommand.self]

  static let spec = CommandSpec(
    name: "ssh", summary: "log in to a node, or run a command there",
    discussion: """
      Becomes 'ssh' with the user, address, key, jump host and pinned host key that the cluster file gives the node; \
      the rest is as your SSH configuration says. Without a command it is a login. A command has a terminal where \
      croft has one, and croft ends with its status.
      """,
    arguments: [
      .init(label: "NODE", kind: .nodes, arity: .one, help: "the node's name"),
      .init(
        label: "COMMAND", kind: .text, arity: .any, help: "what to run there, behind --; the node's shell reads it"),
    ],
    examples: [
      .init("croft ssh cow", "a shell"),
      .init("croft ssh cow -- journalctl -u k3s -f", "a command, with its options"),
      .init("croft ssh cow -- sudo cat /etc/fstab > fstab", "what it writes, for a file or a pipe"),
      .init("croft ssh setup", "makes the keys of the file and puts them on the machines"),
    ], subcommands: commands.map { $0.spec }, worksAlone: true)

  static func run(_ context: Context) async throws -> ExitCode {
    let result = try context.loadCluster()
    // Mistakes elsewhere in the file must not keep anybody from looking at a machine.
    guard let blueprint = result.blueprint else {
      _ = try context.loadBlueprint()
      return .failure
    }
    let words = context.invocation.arguments
    let node = try find(words[0], in: blueprint)
    let destination = context.destination(of: node, in: blueprint)
    var arguments = destination.options
    let isOnTerminal = TerminalDevice.standardInput.isTerminal && TerminalDevice.standardOutput.isTerminal
    if words.count > 1, isOnTerminal { arguments.append("-t") }
    arguments += ["--", destination.host] + words.dropFirst()
    switch Command("ssh", arguments).replaceThisProcess() {
    case .notFound: throw Exit(.failure, "ssh is not in PATH; install it: apt-get install openssh-client")
    case let error: throw Exit(.failure, "\(error)")
    }
  }

  private static func find(_ name: String, in blueprint: Blueprint) throws(Exit) -> NodeSpec {
    guard let node = blueprint.nodes.first(where: { $0.name == name }) else {
      guard !blueprint.nodes.isEmpty else { throw Exit(.usage, "the cluster file has no nodes") }
      let names = blueprint.nodes.map(\.name)
      let meant = Suggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw Exit(
        .usage, "there is no node '\(name)'\(meant.isEmpty ? "; there are \(names.joined(separator: ", "))" : meant)")
    }
    if blueprint.system(of: node) == .talos {
      let address = node.addresses.first.map { "\($0.value)" } ?? node.name
      throw Exit(
        .usage, "\(name) runs Talos, which has no shell; look at it with 'talosctl --nodes \(address) dashboard'")
    }
    return node
  }
}
