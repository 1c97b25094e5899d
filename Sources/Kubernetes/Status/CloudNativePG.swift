import JSON

extension Object {
  /// Databases, roles, publications and subscriptions of CloudNativePG say with `applied` whether PostgreSQL has them.
  func appliedReadiness() -> Readiness? {
    guard let applied = json["status"]?["applied"]?.bool else { return nil }
    let message = json["status"]?["message"]?.string ?? ""
    return applied
      ? .ready : .progressing(Blocker("NotApplied", message.isEmpty ? "PostgreSQL does not have it yet" : message))
  }
}
