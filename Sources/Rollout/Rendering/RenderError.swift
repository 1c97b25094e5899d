/// Why a release's objects could not be made. Trying again without a change gives the same, unless `isPassing`.
public enum RenderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// helm or kubectl said no; its own words follow.
  case tool(String, release: String, message: String)
  /// The tool is not on this machine.
  case toolMissing(String, release: String)
  case file(String, reason: String)
  case chartChanged(chart: String, locked: String, found: String)
  case chartUnavailable(chart: String, message: String)
  case values(release: String, reason: String)
  case patch(release: String, reason: String)
  case object(release: String, reason: String)

  public var isPassing: Bool {
    switch self {
    case .chartUnavailable, .values: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .tool(let tool, let release, let message): "\(tool) could not render \(release): \(message)"
    case .toolMissing(let tool, let release):
      "\(release) needs the '\(tool)' program, which is not on this machine; 'croft doctor' says how to install it"
    case .file(let path, let reason): "\(path): \(reason)"
    case .chartChanged(let chart, let locked, let found):
      "chart \(chart) is not the one that croft.lock pins: expected \(locked), got \(found). "
        + "If the change is wanted, remove its entry from croft.lock; if not, the repository served something else"
    case .chartUnavailable(let chart, let message): "chart \(chart) could not be fetched: \(message)"
    case .values(let release, let reason): "values of \(release): \(reason)"
    case .patch(let release, let reason): "patch of \(release): \(reason)"
    case .object(let release, let reason): "\(release) renders something that is no Kubernetes object: \(reason)"
    }
  }
}
