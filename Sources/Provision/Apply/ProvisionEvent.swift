/// What happens while machines are prepared, in order for each of them.
public enum ProvisionEvent: Sendable, Equatable {
  /// What a machine is was found out.
  case surveyed(node: String, elapsed: Duration)
  /// What is going to be done to it.
  case planned(node: String, NodePlan)
  case stageStarted(node: String, NodeStage)
  case operationStarted(node: String, NodeStage, title: String)
  case operationDone(node: String, NodeStage, title: String)
  case stageDone(node: String, NodeStage, elapsed: Duration)
  /// What it waits for: `its turn to restart`, `a new login`.
  case waiting(node: String, String)
  case restarting(node: String)
  case restarted(node: String, elapsed: Duration)
  case note(node: String, String)
  /// Everything is true there, and was looked at once more.
  case ready(node: String, changes: Int, elapsed: Duration)
  case stopped(node: String, ProvisionError)

  public var node: String {
    switch self {
    case .surveyed(let node, _), .planned(let node, _), .stageStarted(let node, _), .operationStarted(let node, _, _),
      .operationDone(let node, _, _), .stageDone(let node, _, _), .waiting(let node, _), .restarting(let node),
      .restarted(let node, _), .note(let node, _), .ready(let node, _, _), .stopped(let node, _):
      node
    }
  }
}
