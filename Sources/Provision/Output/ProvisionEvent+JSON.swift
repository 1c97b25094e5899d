public import JSON

extension ProvisionEvent {
  /// Its name and members, for programs: `{"event","node", …}`; members are added, never renamed or taken away.
  public var json: JSON {
    var object = JSONObject()
    object.append("event", .string(name))
    object.append("node", .string(node))
    for member in members { object.append(member.key, member.value) }
    return .object(object)
  }

  private var name: String {
    switch self {
    case .surveyed: "nodeSurveyed"
    case .planned: "nodePlanned"
    case .stageStarted: "stageStarted"
    case .operationStarted: "operationStarted"
    case .operationDone: "operationDone"
    case .stageDone: "stageDone"
    case .waiting: "nodeWaiting"
    case .restarting: "nodeRestarting"
    case .restarted: "nodeRestarted"
    case .note: "nodeNote"
    case .ready: "nodeReady"
    case .stopped: "nodeStopped"
    }
  }

  private var members: [JSONObject.Member] {
    func seconds(_ duration: Duration) -> JSON {
      .double(Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
    }
    return switch self {
    case .surveyed(_, let elapsed), .restarted(_, let elapsed): [.init("elapsedSeconds", seconds(elapsed))]
    case .planned(_, let plan): [.init("operations", plan.json["operations"] ?? [])]
    case .stageStarted(_, let stage): [.init("stage", .string(stage.rawValue))]
    case .operationStarted(_, let stage, let title), .operationDone(_, let stage, let title):
      [.init("stage", .string(stage.rawValue)), .init("title", .string(title))]
    case .stageDone(_, let stage, let elapsed):
      [.init("stage", .string(stage.rawValue)), .init("elapsedSeconds", seconds(elapsed))]
    case .waiting(_, let reason): [.init("for", .string(reason))]
    case .restarting: []
    case .note(_, let text): [.init("message", .string(text))]
    case .ready(_, let changes, let elapsed):
      [.init("changes", .int(changes)), .init("elapsedSeconds", seconds(elapsed))]
    case .stopped(_, let error): [.init("reason", .string(error.description))]
    }
  }

  /// What happened, in a line without the machine's name; `nil` for what only a board shows.
  public var line: String? {
    switch self {
    case .surveyed, .stageDone, .operationStarted: nil
    case .planned(_, let plan): plan.operations.count == 1 ? "1 thing to do" : "\(plan.operations.count) things to do"
    case .stageStarted(_, let stage): "\(stage.rawValue) …"
    case .operationDone(_, _, let title): title
    case .waiting(_, let reason): "waiting for \(reason)"
    case .restarting: "restarting"
    case .restarted(_, let elapsed): "is back after \(elapsed.components.seconds) s"
    case .note(_, let text): text
    case .ready(_, let changes, _):
      changes == 0 ? "ready, nothing to do" : "ready, \(changes) change\(changes == 1 ? "" : "s")"
    case .stopped(_, let error): error.description
    }
  }
}
