/// How croft ends. Scripts rely on these numbers; they never change their meaning.
enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  /// The cluster file has errors, a release did not become ready, or something else went wrong.
  case failure = 1
  /// `croft plan`: a deploy would change something.
  case changes = 2
  /// The command line was not understood (EX_USAGE).
  case usage = 64
  /// The cluster cannot be reached, or does not let us in (EX_UNAVAILABLE).
  case unreachable = 69
  /// Another run is at work on the cluster (EX_TEMPFAIL).
  case held = 75
  /// Stopped by Ctrl-C or SIGTERM.
  case interrupted = 130

  var meaning: String {
    switch self {
    case .success: "done, nothing is wrong"
    case .failure: "the cluster file has errors, or a release did not become ready"
    case .changes: "plan: a deploy would change something"
    case .usage: "the command line was not understood"
    case .unreachable: "the cluster cannot be reached, or does not let us in"
    case .held: "another run is at work on the cluster"
    case .interrupted: "stopped by Ctrl-C"
    }
  }
}
