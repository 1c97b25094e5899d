import JSON

extension Object {
  /// An Argo CD Application is ready when it is synced and healthy. Its `conditions` are a list of errors, without a
  /// status of their own.
  func applicationReadiness() -> Readiness {
    let status = json["status"] ?? .null
    guard let sync = status["sync"]?["status"]?.string else { return .progressing(firstError ?? .notObserved(self)) }
    if isComparedToAnotherSource {
      return .progressing(Blocker("LatestGenerationNotObserved", "Argo CD has not compared it with its new source yet"))
    }
    let operation = status["operationState"]
    let phase = operation?["phase"]?.string ?? ""
    let operationMessage = operation?["message"]?.string ?? ""
    if sync != "Synced" {
      if let firstError { return .progressing(firstError) }
      let isAtWork = !phase.isEmpty && phase != "Succeeded"
      return .progressing(
        Blocker(sync, isAtWork ? "sync is \(phase): \(operationMessage)" : "the cluster differs from its source"))
    }
    let health = status["health"]?["status"]?.string ?? "Unknown"
    guard health != "Healthy" else { return .ready }
    return .progressing(
      firstError ?? Blocker(health, status["health"]?["message"]?.string ?? unhealthyResources(status)))
  }

  private var firstError: Blocker? {
    conditions.first { $0.type.hasSuffix("Error") }.map { Blocker($0.type, $0.message) }
  }

  /// Status and spec share one generation, so the source that was compared tells whether the status is of today.
  private var isComparedToAnotherSource: Bool {
    guard let compared = json["status"]?["sync"]?["comparedTo"]?["source"], let source = json["spec"]?["source"] else {
      return false
    }
    return ["repoURL", "path", "chart", "targetRevision"].contains {
      (compared[$0]?.string ?? "") != (source[$0]?.string ?? "")
    }
  }

  private func unhealthyResources(_ status: JSON) -> String {
    let resource = status["resources"]?.array?.first {
      !["Healthy", ""].contains($0["health"]?["status"]?.string ?? "")
    }
    guard let resource, let kind = resource["kind"]?.string, let name = resource["name"]?.string else {
      return "its health is \(status["health"]?["status"]?.string ?? "not known yet")"
    }
    let message = resource["health"]?["message"]?.string ?? ""
    return "\(kind) \(name) is \(resource["health"]?["status"]?.string ?? "")" + (message.isEmpty ? "" : ": \(message)")
  }
}
