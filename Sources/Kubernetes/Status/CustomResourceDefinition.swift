import JSON

extension Object {
  /// Ready when established: the server serves the kind. Failed when its names belong to another definition.
  func definitionReadiness() -> Readiness {
    for condition in conditions {
      if condition.type == "NamesAccepted", condition.isFalse { return .failed(condition.blocker) }
      if condition.type == "Established" {
        if condition.isTrue { return .ready }
        if condition.isFalse, condition.reason != "Installing" { return .failed(condition.blocker) }
      }
    }
    return .progressing(Blocker("Installing", "the server does not serve it yet"))
  }
}
