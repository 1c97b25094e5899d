/// What a run does to its releases, in the words of its board and its summary.
enum RunVerb: Sendable {
  case deploy
  case delete
  case up

  /// `3 releases are ready`
  var done: String { self == .delete ? "deleted" : "ready" }
  var command: String {
    switch self {
    case .deploy: "croft deploy"
    case .delete: "croft delete"
    case .up: "croft up"
    }
  }
}
