public import Kubernetes

/// Why a release, or a whole run, did not get where it should.
public enum RolloutError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another run is at work on this cluster.
  case held(by: String, since: String)
  /// Another run took the lease over while this one was cut off from the API server.
  case leaseLost(to: String)
  case stopped
  case notReady([Blocker], after: Duration)
  case failed([Blocker])
  case immutable(ObjectID, field: String, message: String)
  /// The object belongs to another release.
  case owned(ObjectID, by: String)
  case needsKubernetes(ObjectID, version: String, because: String)
  case hook(ObjectID, reason: String)
  case unknownKind(String)
  case unknownRelease(String)
  case unknownLayer(String)
  /// The server does not take the object.
  case rejected(ObjectID, StatusFailure)

  /// Trying again without a change gives the same.
  var isFinal: Bool {
    switch self {
    case .immutable, .owned, .needsKubernetes, .leaseLost, .stopped, .held: true
    case .rejected(let id, let failure): failure.isFinal(for: id)
    default: false
    }
  }

  var isHeld: Bool { if case .held = self { true } else { false } }

  public var description: String {
    switch self {
    case .held(let holder, let since):
      "another run is at work on this cluster: \(holder), since \(since). Wait for it, or end it, and try again"
    case .leaseLost(let holder): "\(holder) has taken over the work on this cluster while it was out of reach from here"
    case .stopped: "stopped on request; the same command goes on from here"
    case .notReady(let blockers, let duration):
      "not ready after \(Self.seconds(duration)): " + Self.list(blockers)
    case .failed(let blockers): Self.list(blockers)
    case .immutable(let id, let field, let message):
      "\(id) cannot be changed in place (\(field)): \(message). "
        + "Delete it yourself, or list its kind under 'recreate' of the release, if losing it for a moment is fine"
    case .owned(let id, let release): "\(id) belongs to release '\(release)' already; one of the two must let it go"
    case .needsKubernetes(let id, let version, let reason):
      "\(id) needs Kubernetes \(version) or later, because it uses \(reason)"
    case .hook(let id, let reason): "hook \(id) did not succeed: \(reason)"
    case .unknownKind(let kind): "the server does not know the kind '\(kind)'"
    case .unknownRelease(let name): "there is no release '\(name)' in the cluster file"
    case .unknownLayer(let name): "there is no layer '\(name)' in the cluster file"
    case .rejected(let id, let failure): "\(id): \(failure.summary)"
    }
  }

  private static func seconds(_ duration: Duration) -> String {
    let parts = duration.components
    let rounded = parts.seconds + (parts.attoseconds >= 500_000_000_000_000_000 ? 1 : 0)
    return "\(rounded)s"
  }

  private static func list(_ blockers: [Blocker]) -> String {
    let shown = blockers.prefix(5).map(\.description).joined(separator: "; ")
    return blockers.count > 5 ? "\(shown); and \(blockers.count - 5) more" : shown
  }
}
