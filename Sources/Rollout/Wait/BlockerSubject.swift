import Kubernetes

extension Blocker {
  /// The blocker with the awaited object named, where the message does not name another one already.
  func about(_ id: ObjectID) -> Blocker {
    guard let object else { return Blocker(reason, message, object: id) }
    if object == id { return self }
    return Blocker(reason, "\(object.groupKind.kind.lowercased()) \(object.name): \(message)", object: id)
  }
}
