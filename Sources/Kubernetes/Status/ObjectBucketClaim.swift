import JSON

extension Object {
  /// Ready when bound. Its definition leaves the status open, so that nothing there says that one will come.
  func bucketClaimReadiness() -> Readiness {
    let phase = json["status"]?["phase"]?.string
    return phase == "Bound"
      ? .ready : .progressing(Blocker("NotBound", "it is in phase \(phase ?? "unknown"), and has no bucket yet"))
  }
}
