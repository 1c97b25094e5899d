/// What happens while k3s is brought up.
public enum K3sEvent: Sendable, Equatable {
  /// About to be done.
  case step(node: String, K3sNodePlan.Step)
  case waiting(node: String, for: String, because: String)
  /// The machine is in the cluster and well.
  case done(node: String)
  case failed(K3sProblem)
}

extension K3sNodePlan.Step: CustomStringConvertible {
  public var description: String {
    switch self {
    case .install(let version, nil): "install k3s \(version)"
    case .install(let version, let from?): "replace k3s \(from) by \(version)"
    case .writeToken: "write the token to join with"
    case .writeFile(let file, let observed): "write \(file.path) (\(observed))"
    case .enable: "let k3s start with the machine"
    case .start: "start k3s"
    case .restart(let reason): "restart k3s: \(reason)"
    case .mark(let verb, let words): "\(verb) the node \(words.joined(separator: ", "))"
    }
  }
}
