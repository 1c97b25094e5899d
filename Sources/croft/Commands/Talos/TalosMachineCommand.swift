import JSON
import Redaction
import Render

/// `croft talos machine`
enum TalosMachineCommand: Subcommand {
  static let spec = CommandSpec(
    name: "talos machine", summary: "print a machine's whole configuration",
    discussion: """
      Prints what 'croft render' writes into generated/talos/machines/NODE.yaml, with the secrets in it. Pass it on to \
      'talosctl' through a pipe, so that it never lies on a disk in plain text.
      """,
    arguments: [.init(label: "NODE", kind: .nodes, arity: .one, help: "a node of the cluster file")],
    examples: [
      .init(
        "croft talos machine control0 | talosctl apply-config --insecure --nodes 10.0.50.1 --file /dev/stdin",
        "a machine that was just started")
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let (tree, nodes) = try TalosWork.tree(context)
    let name = context.invocation.arguments[0]
    guard nodes.contains(name) else {
      throw Exit(.failure, "the cluster file has no node '\(name)'; it has \(nodes.joined(separator: ", "))")
    }
    let configuration = tree.configuration(of: name, secrets: try await TalosWork.secrets(context))
    TalosWork.show(configuration?.reveal() ?? "", as: "configuration", context)
    return .success
  }
}
