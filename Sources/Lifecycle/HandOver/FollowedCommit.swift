import Blueprint
import JSON
import Kubernetes

/// Whether what follows Git has come to a commit. Decides on what the API server says, and asks nothing.
struct FollowedCommit: Sendable {
  let gitops: GitOpsSpec
  /// As hexadecimal digits.
  let commit: String
  /// With the definitions of the engine's kinds.
  let context: StatusContext

  /// What keeps an object from following the commit; `nil` where it does. The engine may not have made it yet, and what
  /// it found at an earlier commit counts for nothing.
  func blocker(of id: ObjectID, _ object: Object?) -> Blocker? {
    guard let object else {
      return Blocker("NotFound", "\(gitops.engine.title) has not made it yet", object: id)
    }
    let revisions = revisions(of: object)
    if let other = revisions.first(where: { !isCommit($0) }), !other.isEmpty {
      let reason = object.readiness(in: context).blocker.map { " (\($0.reason): \($0.message))" } ?? ""
      return Blocker("OtherCommit", "it is at \(other), and not yet at \(commit.prefix(7))\(reason)", object: id)
    }
    switch object.readiness(in: context) {
    case .ready: break
    case .progressing(let blocker), .failed(let blocker):
      return Blocker(blocker.reason, blocker.message, object: id)
    case .terminating: return Blocker("Terminating", "it is being deleted", object: id)
    }
    if revisions.contains("") { return Blocker("NotObserved", "it does not say yet which commit it is at", object: id) }
    return nil
  }

  /// Whether the engine knows of an older commit, and can be told to look now.
  func isBehind(_ object: Object) -> Bool { revisions(of: object).contains { !isCommit($0) } }

  /// `main@sha1:COMMIT` (Flux, https://fluxcd.io/flux/components/source/gitrepositories/#revision-format) or the commit
  /// alone (Argo CD).
  private func isCommit(_ revision: String) -> Bool { revision == commit || revision.hasSuffix(":\(commit)") }

  /// What an object says of where it is in this repository; empty where it does not say.
  private func revisions(of object: Object) -> [String] {
    let status = object.json["status"]
    switch object.kind {
    case "GitRepository": return [status?["artifact"]?["revision"]?.string ?? ""]
    case "Kustomization": return [status?["lastAppliedRevision"]?.string ?? ""]
    case "Application":
      let spec = object.json["spec"]
      guard let sources = spec?["sources"]?.array, !sources.isEmpty else {
        return spec?[path: "source", "repoURL"]?.string == gitops.repository
          ? [status?["sync"]?["revision"]?.string ?? ""] : []
      }
      let all = status?["sync"]?["revisions"]?.array ?? []
      return sources.enumerated().compactMap { index, source in
        guard source["repoURL"]?.string == gitops.repository else { return nil }
        return index < all.count ? all[index].string ?? "" : ""
      }
    default: return []
    }
  }
}
