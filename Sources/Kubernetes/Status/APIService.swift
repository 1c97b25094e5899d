import JSON

extension Object {
  /// Ready when the server that stands behind the API answers; until then discovery of its group fails.
  func apiServiceReadiness() -> Readiness {
    guard let available = conditions.first("Available") else { return .progressing(.notObserved(self)) }
    return available.isTrue ? .ready : .progressing(available.blocker)
  }
}
