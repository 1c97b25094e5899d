/// Words that controllers use in conditions and phases, by what they mean for readiness.
enum StatusWord {
  /// Condition types that are good when true, where there is no `Ready`.
  static func isGood(condition type: String) -> Bool {
    goodConditions.contains(type) || type.hasSuffix("Ready") && !type.hasSuffix("NotReady")
  }

  /// Condition types that are bad when true.
  static func isBad(condition type: String) -> Bool { badConditions.contains(type) }

  /// Phases and states that stand for "not yet" or "went wrong". A word that is not known counts as fine, as in
  /// kstatus an unknown condition does: most words name what a thing is, not whether it is well.
  static func isUnready(_ word: String) -> Bool { unready.contains(word.lowercased().filter(\.isLetter)) }

  private static let goodConditions: Set<String> = [
    "Accepted", "Available", "Established", "Healthy", "LatestResolved", "Programmed", "Reconciled", "ResolvedRefs",
    "ResourcesUpToDate", "Scheduled", "Succeeded", "Synced", "Valid", "Validated",
  ]

  private static let badConditions: Set<String> = ["Degraded", "ErrorOccurred", "Failed", "Failure"]

  private static let unready: Set<String> = [
    // not yet
    "attaching", "configuring", "configuringreplication", "connecting", "creating", "deploying", "initializing",
    "inprogress", "installing", "new", "notready", "pending", "processing", "progressing", "provisioning", "queued",
    "reconciling", "recovering", "resourcescreated", "restoring", "scaling", "scheduling", "starting", "unknown",
    "updating", "upgrading", "waiting",
    // on its way out
    "deleting", "detaching", "terminating",
    // went wrong
    "degraded", "error", "errored", "failed", "failure", "faulted", "inactive", "incompatible", "invalid",
    "reconcilefailed", "reconcilingfailed", "unavailable", "unhealthy",
  ]
}
