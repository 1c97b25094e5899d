/// What a run does to its releases, in the words of its board and its summary.
enum RunVerb: Sendable {
  case deploy
  case delete

  /// `3 releases are ready`
  var done: String { self == .deploy ? "ready" : "deleted" }
  var command: String { self == .deploy ? "croft deploy" : "croft delete" }
}
