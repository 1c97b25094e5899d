import Blueprint
import Hosts

extension Context {
  /// Where a node is reached: what its `ssh` section says, else its first address, else its name. The file names keys
  /// from the cluster's folder, or from the user's own as `~/`.
  func destination(of node: NodeSpec, in blueprint: Blueprint) -> SSHDestination {
    SSHDestination(
      host: node.ssh?.host ?? node.addresses.first.map { "\($0.value)" } ?? node.name, user: node.ssh?.user,
      port: node.ssh?.port,
      key: node.ssh?.key.map { key in
        if key.hasPrefix("~/"), let home = environment["HOME"] { return home + key.dropFirst() }
        return key.hasPrefix("/") || key.hasPrefix("~") ? key : "\(blueprint.directory)/\(key)"
      },
      hostKey: node.ssh?.hostKey, jump: node.ssh?.jump)
  }
}
