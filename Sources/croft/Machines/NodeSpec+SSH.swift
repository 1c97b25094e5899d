import Blueprint
import Hosts

extension NodeSpec {
  /// Where the node is reached: what its `ssh` section says, else its first address, else its name.
  /// - Parameters:
  ///   - folder: the cluster's, which the file names keys from.
  ///   - home: what `~` stands for.
  func destination(folder: String, home: String?) -> SSHDestination {
    SSHDestination(
      host: ssh?.host ?? addresses.first.map { "\($0.value)" } ?? name, user: ssh?.user, port: ssh?.port,
      key: ssh?.key.map { key in
        if key.hasPrefix("~/"), let home { return home + key.dropFirst() }
        return key.hasPrefix("/") || key.hasPrefix("~") ? key : "\(folder)/\(key)"
      },
      hostKey: ssh?.hostKey, jump: ssh?.jump)
  }
}
