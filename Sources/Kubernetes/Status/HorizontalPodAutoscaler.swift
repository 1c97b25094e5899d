import JSON

extension Object {
  /// Ready when the controller can read the metrics and can scale the target, or has nothing to do because the target
  /// is scaled to zero. Without these conditions: when there are current metrics.
  func autoscalerReadiness() -> Readiness {
    let conditions = autoscalerConditions
    if let able = conditions.first("AbleToScale"), !able.isTrue { return .progressing(able.blocker) }
    if let active = conditions.first("ScalingActive") {
      return active.isTrue || active.reason == "ScalingDisabled" ? .ready : .progressing(active.blocker)
    }
    let status = json["status"]
    let hasMetrics =
      !(status?["currentMetrics"]?.array ?? []).isEmpty || status?["currentCPUUtilizationPercentage"]?.int != nil
    return hasMetrics ? .ready : .progressing(Blocker("NoMetrics", "it has no current metrics of its target yet"))
  }

  /// autoscaling/v1 keeps the conditions as JSON text in an annotation.
  private var autoscalerConditions: [Condition] {
    guard conditions.isEmpty, let text = annotation("autoscaling.alpha.kubernetes.io/conditions") else {
      return conditions
    }
    return [Condition](try? JSON(parsing: text))
  }
}
