import JSON

extension Object {
  /// Ready when it runs and is ready, or has ended with success.
  ///
  /// Two more than kstatus: a pod that ended without success has failed (kstatus calls it current), and each answer
  /// names the container.
  func podReadiness(in context: StatusContext) -> Readiness {
    let phase = json["status"]?["phase"]?.string ?? ""
    if phase == "Succeeded" { return .ready }
    // The object of the question is the pod itself, so the blocker needs no name.
    guard var blocker = podProblem()?.blocker else {
      return phase == "Running"
        ? .ready : .progressing(Blocker("PodPending", "the pod is ready but not in phase Running"))
    }
    blocker.object = nil
    switch phase {
    case "Failed": return .failed(blocker)
    case "Running": return isCrashLooping ? .failed(blocker) : .progressing(blocker)
    case "Pending":
      return isUnschedulable && isPastScheduleWindow(context.now) ? .failed(blocker) : .progressing(blocker)
    default: return .progressing(blocker)
    }
  }

  /// As kstatus, by the main containers alone.
  private var isCrashLooping: Bool {
    (json["status"]?["containerStatuses"]?.array ?? []).contains {
      $0["state"]?["waiting"]?["reason"]?.string == "CrashLoopBackOff"
    }
  }

  private var isUnschedulable: Bool {
    conditions.contains { $0.type == "PodScheduled" && $0.isFalse && $0.reason == "Unschedulable" }
  }

  /// Schedulers call a pod unschedulable while they still try; kstatus waits 15 seconds before it believes them.
  private func isPastScheduleWindow(_ now: Int?) -> Bool {
    guard let now else { return false }
    return now - (Timestamp(creationTimestamp)?.seconds ?? 0) >= 15
  }
}
