import JSON

/// Why a controller could not make a pod (or a claim) of a workload: its newest `FailedCreate` event.
public struct Refusal: Sendable, Equatable {
  /// The API server's words: a quota that is used up, a missing ServiceAccount, an admission webhook.
  public var message: String
  /// When it was seen last, in RFC 3339 and UTC.
  public var time: String

  public init(_ message: String, at time: String) {
    self.message = message
    self.time = time
  }

  /// The events that matter, as a field selector.
  public static let fieldSelector = "type=Warning,reason=FailedCreate"
}

extension StatusContext {
  /// The newest refusal of each object, by the UID of the object.
  /// - Parameter events: Events of `v1`; those with other reasons are left aside.
  public static func refusals(in events: [Object]) -> [String: Refusal] {
    var newest: [String: Refusal] = [:]
    for event in events where event.json["reason"]?.string == "FailedCreate" {
      guard let uid = event.json[path: "involvedObject", "uid"]?.string else { continue }
      let refusal = Refusal(event.json["message"]?.string ?? "", at: event.lastSeen)
      if let other = newest[uid], (other.time, other.message) > (refusal.time, refusal.message) { continue }
      newest[uid] = refusal
    }
    return newest
  }
}

extension Object {
  /// Why this workload's pods are not let in, unless one was since.
  func refusal(in context: StatusContext) -> Refusal? {
    guard let uid, let refusal = context.refusals[uid] else { return nil }
    // An event stays for an hour. Whole seconds are all that a creation time has.
    let isPast = context.pods.contains {
      $0.controller?.uid == uid && $0.creationTimestamp.prefix(19) > refusal.time.prefix(19)
    }
    return isPast ? nil : refusal
  }

  /// When an event happened last: where that is kept depends on who recorded it.
  fileprivate var lastSeen: String {
    json[path: "series", "lastObservedTime"]?.string ?? json["lastTimestamp"]?.string ?? json["eventTime"]?.string
      ?? creationTimestamp
  }
}
