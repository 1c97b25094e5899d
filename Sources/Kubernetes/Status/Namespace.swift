import JSON

extension Object {
  /// Ready when it exists and is not on its way out.
  func namespaceReadiness() -> Readiness {
    json["status"]?["phase"]?.string == "Terminating" ? .terminating : .ready
  }
}
