extension KubernetesError: CustomStringConvertible {
  /// What was asked, what came instead, and what to do: one text for people.
  public var description: String {
    switch self {
    case .conflict(let object, let conflicts, _):
      "\(object): " + conflicts.map { "\($0.field) belongs to the field manager \($0.manager)" }.joined(separator: ", ")
        + "; take it over with force, or leave the field out"
    case .status(let failure): failure.description
    case .expired(let message): "the version asked for is too old to continue from, list again: \(message)"
    case .unreachable(let server, let reason): "no answer from the API server at \(server): \(reason)"
    case .untrusted(let server, let reason): "no trusted connection to the API server at \(server): \(reason)"
    case .credentials(let message), .configuration(let message), .malformed(let message),
      .invalidRequest(let message):
      message
    }
  }
}

extension StatusFailure: CustomStringConvertible {
  public var description: String {
    if code == 401 {
      return "\(request): the API server refused the credentials (401): \(message)"
    }
    var text = "\(request): \(reason) (\(code))"
    if !message.isEmpty { text += ": \(message)" }
    // The server puts most causes into its message as well.
    let unsaid = causes.filter { !$0.message.isEmpty && !message.contains($0.message) }
    if !unsaid.isEmpty {
      text += " [" + unsaid.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }.joined(separator: "; ")
      text += "]"
    }
    return text
  }
}
