import Blueprint
import Hosts

extension BringUpK3s {
  /// Gives nodes the labels and taints of the file that they lack: the kubelet writes them only when a node is new.
  /// What the file no longer names stays, since others label nodes as well.
  /// - Parameter view: what the server has just said of them.
  func mark(_ nodes: [NodeSpec], as view: K3sView, through server: NodeSpec) async throws {
    guard let host = hosts[server.name] else { return }
    for node in nodes {
      guard let found = view.nodes[node.name] else { continue }
      let labels = node.allLabels.filter { found.labels[$0.key] != $0.value }.map { "\($0.key)=\($0.value)" }.sorted()
      let taints = node.taints.filter { !found.taints.contains($0) }.sorted()
      for (verb, words) in [("label", labels), ("taint", taints)] where !words.isEmpty {
        await emit(.step(node: node.name, .mark(verb: verb, words)))
        let arguments = ([node.name] + words).map(ShellText.quoted).joined(separator: " ")
        let result = try await host.run(
          HostScript(
            "k3s kubectl \(verb) node --overwrite \(arguments)", asRoot: true, label: "the \(verb)s of \(node.name)"))
        guard result.isSuccess else {
          throw K3sProblem(
            node.name, "its \(verb)s cannot be set: \(result.errors.lastLine)", fix: "correct them in the cluster file")
        }
        await emit(.done(node: node.name))
      }
    }
  }
}
