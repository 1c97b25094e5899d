import Kubernetes

/// Sends something, and names the object where the server does not take it.
///
/// What is not there (404: its namespace, its kind) may come, and credentials (401) are not about the object.
func rejecting<Answer>(_ id: ObjectID, _ send: () async throws -> Answer) async throws -> Answer {
  do {
    return try await send()
  } catch KubernetesError.status(let failure) where ![401, 404].contains(failure.code) {
    throw RolloutError.rejected(id, failure)
  }
}

extension StatusFailure {
  /// The server's words, each cause once.
  var summary: String {
    if code == 401 { return description }
    if causes.isEmpty || message.contains(causes[0].message) { return message }
    let text = causes.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }.joined(separator: "; ")
    return message.isEmpty ? text : "\(message) (\(text))"
  }

  /// Whether the server will say the same again, however often it is asked.
  ///
  /// That is so only for its own judgement of an object of a kind that it brings itself. Webhooks and policies may
  /// change their mind, quotas and permissions (403) too; an address or port may be given back; and the definition of a
  /// custom resource may be another one soon.
  func isFinal(for object: ObjectID) -> Bool {
    guard object.groupKind.isBuiltIn, !["denied", "already allocated"].contains(where: message.contains) else {
      return false
    }
    return [400, 413, 422].contains(code) || code == 500 && message.contains("failed to create typed patch object")
  }
}
