public import Hosts

/// Why a machine was not prepared to the end.
public enum ProvisionError: Error, Sendable, Equatable, CustomStringConvertible {
  case host(HostError)
  case facts(FactsError)
  /// The script that asks a machine everything did not come to its end.
  case survey(status: Int32, said: String)
  /// Nothing was done in this round: it is not certain that it would be right.
  case refused([Refusal])
  /// Disks would lose what is on them, and nobody agreed to that.
  case consent([DiskFingerprint])
  /// The operations behind it were not started.
  case operation(stage: NodeStage, title: String, reason: String, fix: String, lines: [String])
  /// A stage's script was ended in the middle of an operation.
  case interrupted(stage: NodeStage, title: String, said: String)
  /// Everything ran, and this is not true all the same.
  case notTrue([Operation])
  /// A change went back, because no new login found it working.
  case takenBack(title: String, reason: String)
  /// The machine was restarted and does not answer.
  case notBack(after: Duration, reason: String)
  /// Another server did not come back from its restart.
  case otherServerGone(String)
  case stopped

  public var description: String {
    switch self {
    case .host(let error):
      // The machine's name stands before it already.
      let text = error.description
      let name = "\(error.host): "
      return text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text
    case .facts(let error): return error.description
    case .survey(let status, let said):
      return "the script that looks at the machine ended with status \(status)"
        + (said.isEmpty ? "" : " and said: \(said)") + "; look whether its /bin/sh works"
    case .refused(let refusals): return refusals.map(\.description).joined(separator: "\n")
    case .consent(let disks):
      let list = disks.map { "\($0.device) (\($0.signatures.joined(separator: ", ")))" }.joined(separator: ", ")
      return "what is on \(list) would be destroyed; agree to that, or remove 'wipe: true'"
    case .operation(_, let title, let reason, let fix, _): return "could not \(title): \(reason); \(fix)"
    case .interrupted(_, let title, let said):
      return "the machine stopped in the middle: \(title)" + (said.isEmpty ? "" : " (\(said))")
        + "; run the same command again"
    case .notTrue(let operations):
      let list = operations.map { "\($0.title) (\($0.observed))" }.joined(separator: "; ")
      return "everything was done, and this is not so all the same: \(list); something else on the machine undoes it"
    case .takenBack(let title, let reason):
      return "after '\(title)' no new login worked (\(reason)), so the machine puts back what was there before; "
        + "look at the settings in the cluster file"
    case .notBack(let after, let reason):
      return "it was restarted and did not answer for \(after.components.seconds) s (\(reason)); "
        + "look at its screen, then run the same command again"
    case .otherServerGone(let name):
      return "it is not restarted, since \(name) did not come back from its restart; bring that one back first"
    case .stopped: return "it was stopped before this machine was done"
    }
  }
}
