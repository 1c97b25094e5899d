import JSON

/// Why a pod is not ready, and how telling that is among the problems of its siblings.
struct PodProblem: Sendable, Equatable {
  /// From the most to the least telling: what nobody but a person can mend first, what time mends last.
  enum Weight: Int, Sendable, Comparable {
    case image, configuration, crash, ended, unscheduled, starting, probe, waiting, terminating

    static func < (a: Weight, b: Weight) -> Bool { a.rawValue < b.rawValue }
  }
  var weight: Weight
  var blocker: Blocker

  init(_ weight: Weight, _ reason: String, _ message: String) {
    self.weight = weight
    blocker = Blocker(reason, message)
  }
}

extension Object {
  /// Why this pod is not ready; `nil` where it is ready, or done.
  func podProblem() -> PodProblem? {
    guard var problem = podProblemOfItself() else { return nil }
    problem.blocker.object = id
    return problem
  }

  private func podProblemOfItself() -> PodProblem? {
    let status = json["status"] ?? .null
    let conditions = self.conditions
    if isBeingDeleted {
      return PodProblem(.terminating, "Terminating", "the pod is being deleted since \(deletionTime)")
    }
    switch status["phase"]?.string {
    case "Succeeded": return nil
    case "Failed": return endedProblem(status)
    default: break
    }
    if conditions.isTrue("Ready") { return nil }
    if let scheduled = conditions.first("PodScheduled"), scheduled.isFalse {
      return PodProblem(
        .unscheduled, scheduled.reason.isEmpty ? "Unschedulable" : scheduled.reason, schedulingMessage(scheduled))
    }
    let containers = containerProblems()
    // Of equal weight the first container counts: init containers come first, and keep the others from starting.
    if let worst = containers.min(by: { $0.weight < $1.weight }) { return worst }
    if let gates = unmetGates(conditions), !gates.isEmpty {
      return PodProblem(
        .waiting, "ReadinessGatesNotReady", "waits for its readiness gates \(gates.joined(separator: ", "))")
    }
    if let ready = conditions.first("Ready"), !ready.message.isEmpty {
      return PodProblem(.waiting, ready.blocker.reason, ready.message)
    }
    switch status["phase"]?.string {
    case nil, "": return PodProblem(.waiting, "PodNotObserved", "the pod has no phase yet")
    case "Pending":
      return json["spec"]?["nodeName"]?.string.map {
        PodProblem(.waiting, "PodPending", "the kubelet of node \($0) has not started it yet")
      } ?? PodProblem(.waiting, "PodPending", "no scheduler has looked at it yet")
    case "Running": return PodProblem(.waiting, "PodRunningNotReady", "the pod runs but is not ready")
    case .some(let phase):
      return PodProblem(.waiting, phase, status["message"]?.string ?? "the pod is in phase \(phase)")
    }
  }

  private var deletionTime: String { metadata["deletionTimestamp"]?.string ?? "" }

  /// A pod in phase Failed: evicted, past its deadline, or with a container that ended badly.
  private func endedProblem(_ status: JSON) -> PodProblem {
    let ended = containerStatuses.compactMap { container -> PodProblem? in
      guard let end = Termination(container.status["state"]?["terminated"]), end.exitCode != 0 else { return nil }
      return PodProblem(.ended, end.reason, "\(container.title) ended with \(end)\(container.memoryLimit(end))")
    }
    if let reason = status["reason"]?.string, !reason.isEmpty {
      return PodProblem(
        .ended, reason, status["message"]?.string ?? ended.first?.blocker.message ?? "the pod has ended")
    }
    return ended.first
      ?? PodProblem(.ended, "Failed", status["message"]?.string ?? "the pod has ended, and not with success")
  }

  /// The scheduler's words, and the pod's claims where they are the trouble.
  private func schedulingMessage(_ scheduled: Condition) -> String {
    let message = scheduled.message.isEmpty ? "no node takes the pod" : scheduled.message
    let claims = claimNames
    guard message.lowercased().contains("persistentvolumeclaim"), !claims.isEmpty else { return message }
    return "\(message) (its claims: \(claims.joined(separator: ", ")))"
  }

  private func unmetGates(_ conditions: [Condition]) -> [String]? {
    json["spec"]?["readinessGates"]?.array?
      .compactMap { $0["conditionType"]?.string }
      .filter { !conditions.isTrue($0) }
  }

  /// The claims that a pod mounts, those of its ephemeral volumes too.
  var claimNames: [String] {
    (json["spec"]?["volumes"]?.array ?? []).compactMap { volume in
      if let claim = volume["persistentVolumeClaim"]?["claimName"]?.string { return claim }
      // The claim of a generic ephemeral volume is named after pod and volume.
      return volume["ephemeral"]?["volumeClaimTemplate"] != nil
        ? volume["name"]?.string.map { "\(name)-\($0)" } : nil
    }
  }
}

/// How a container ended.
struct Termination: CustomStringConvertible {
  var exitCode: Int
  /// `Error`, `OOMKilled`, `Completed`, …
  var reason: String
  var message: String

  init?(_ json: JSON?) {
    guard let json, json.object != nil else { return nil }
    exitCode = json["exitCode"]?.int ?? 0
    reason = json["reason"]?.string ?? (exitCode == 0 ? "Completed" : "Error")
    message = (json["message"]?.string ?? "").lastLine
  }

  var isOutOfMemory: Bool { reason == "OOMKilled" }
  var description: String { "exit code \(exitCode) (\(reason))" + (message.isEmpty ? "" : ": \(message)") }
}

extension String {
  /// The last line with text, cut to a length fit for one line on a terminal. A termination message may be a whole log;
  /// its end says why.
  fileprivate var lastLine: String {
    let line = split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return line.count > 200 ? line.prefix(199) + "…" : String(line)
  }
}
