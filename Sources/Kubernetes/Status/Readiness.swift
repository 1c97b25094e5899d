/// Whether an object has become what was asked for.
public enum Readiness: Sendable, Equatable {
  case ready
  /// On its way, or waiting for something that may still come.
  case progressing(Blocker)
  /// Will not become ready without a change.
  case failed(Blocker)
  /// Being deleted.
  case terminating

  public var isReady: Bool { self == .ready }
  public var blocker: Blocker? {
    switch self {
    case .progressing(let blocker), .failed(let blocker): blocker
    case .ready, .terminating: nil
    }
  }
}

/// What stands between an object and being ready, down to the pod where there is one.
public struct Blocker: Sendable, Equatable, CustomStringConvertible {
  /// One word where Kubernetes has one: `ImagePullBackOff`, `Unschedulable`, `RolloutInProgress`.
  public var reason: String
  /// For people: `1 of 3 replicas are ready`.
  public var message: String
  /// The object that is to blame when it is not the object itself: the pod, the claim.
  public var object: ObjectID?

  public init(_ reason: String, _ message: String, object: ObjectID? = nil) {
    self.reason = reason
    self.message = message
    self.object = object
  }

  public var description: String {
    let text = message.isEmpty ? reason : "\(reason): \(message)"
    return object.map { "\($0): \(text)" } ?? text
  }
}

/// What status rules may look up beside the object itself. Absent facts are unknown, never "fine".
public struct StatusContext: Sendable {
  /// Every pod of the object's namespace (pods of others are left aside). They name blockers, and tell whether a claim
  /// has a consumer.
  public var pods: [Object]
  /// `volumeBindingMode` by storage class name; "" is the default class.
  public var bindingModes: [String: String]
  /// Definitions of custom resources by their kind.
  public var definitions: [GroupKind: Object]
  /// Why controllers could not make pods, by the UID of the workload.
  public var refusals: [String: Refusal] = [:]
  /// Nodes that are off as they may be. DaemonSets are ready without their pods there.
  public var sleeping: Set<String> = []
  /// The time, in seconds since 1970. Only a pod that no node takes asks for it: as in kstatus, it counts as failed
  /// when it is older than 15 seconds. `nil` is unknown, and then it keeps waiting.
  public var now: Int?

  public init(
    pods: [Object] = [], bindingModes: [String: String] = [:], definitions: [GroupKind: Object] = [:],
    now: Int? = nil
  ) {
    self.pods = pods
    self.bindingModes = bindingModes
    self.definitions = definitions
    self.now = now
  }
}
