import JSON

/// One element of `status.conditions`.
struct Condition: Sendable, Equatable {
  var type: String
  /// `True`, `False`, `Unknown`; some kinds have words of their own.
  var status: String
  var reason: String
  var message: String
  /// The generation of the object that the condition speaks of.
  var observedGeneration: Int?

  init?(_ json: JSON) {
    guard let type = json["type"]?.string else { return nil }
    self.type = type
    status = json["status"]?.string ?? ""
    reason = json["reason"]?.string ?? ""
    message = json["message"]?.string ?? ""
    observedGeneration = json["observedGeneration"]?.int
  }

  var isTrue: Bool { status == "True" }
  var isFalse: Bool { status == "False" }

  /// The condition as what stands in the way.
  var blocker: Blocker {
    Blocker(reason.isEmpty ? type : reason, message.isEmpty ? "condition \(type) is \(status)" : message)
  }

  /// Whether the condition was set before the object's present generation.
  func isStale(for generation: Int?) -> Bool {
    guard let observedGeneration, let generation, observedGeneration > 0 else { return false }
    return observedGeneration < generation
  }
}

extension Array where Element == Condition {
  init(_ json: JSON?) { self = json?.array?.compactMap { Condition($0) } ?? [] }

  func first(_ type: String) -> Condition? { first { $0.type == type } }
  func isTrue(_ type: String) -> Bool { contains { $0.type == type && $0.isTrue } }
}

extension Object {
  /// `status.conditions`.
  var conditions: [Condition] { [Condition](json["status"]?["conditions"]) }
}
