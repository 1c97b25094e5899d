public import Blueprint
public import Kubernetes
public import Render

/// Why a cluster was not handed over to its GitOps engine. What is deployed stays as it is.
public enum HandOverProblem: Error, Sendable, Equatable {
  /// The API server does not know a kind of the engine's. The release is the one that brings it; `nil` without one.
  case notServed(GroupKind, release: String?)
  /// No answer from the repository; the reason is git's.
  case unreachable(String, reason: String)
  case noBranch(GitOpsSpec, others: [String])
  /// The repository holds another tree than what was deployed.
  case notCommitted(GitOpsSpec, commit: String, CommittedTree.Difference, folders: [String])
  /// Neither the Secret nor a key that it could be made of.
  case noKey(secret: String, recipients: [String], sought: [String])
  /// The engine did not say in time that it follows the commit.
  case notTakenOver(GitOpsSpec.Engine, [Blocker], after: Duration)
}

extension HandOverProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notServed(let kind, let release):
      "the API server does not serve \(kind); "
        + (release.map { "the release '\($0)' brings it: see 'croft status \($0)'" }
          ?? "no release of the cluster file brings it: add the engine to 'platform'")
    case .unreachable(let repository, let reason):
      "\(repository) cannot be read: \(reason); 'git ls-remote \(repository)' has to work without asking anything"
    case .noBranch(let gitops, let others):
      "\(gitops.repository) has no branch '\(gitops.branch)'; "
        + (others.isEmpty
          ? "it is empty: push the cluster's files there"
          : "it has \(Self.list(others.map { "'\($0)'" })): say which in 'gitops.branch', or push there")
    case .notCommitted(let gitops, let commit, let difference, let folders):
      "'\(gitops.branch)' of \(gitops.repository) (commit \(commit.prefix(7))) is not what was deployed: "
        + "\(Self.list(difference.lines)); write, commit and push it: 'croft render && git add "
        + "\(folders.joined(separator: " ")) && git commit && git push', then run the same command again"
    case .noKey(let secret, let recipients, let sought):
      "Flux decrypts with the Secret flux-system/\(secret), which is not there, and no age key of "
        + "\(Self.list(recipients)) is at hand (looked at \(sought.joined(separator: ", "))); give the key with "
        + "SOPS_AGE_KEY_FILE, or make the Secret as docs/secrets.md shows"
    case .notTakenOver(let engine, let blockers, let limit):
      "\(engine.title) did not take over within \(Self.text(limit)): "
        + "\(Self.list(blockers.map { "\($0)" })); what is deployed stays as it is, and the same command goes on waiting"
    }
  }

  private static func text(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    return seconds >= 120 && seconds % 60 == 0 ? "\(seconds / 60) minutes" : "\(seconds) seconds"
  }

  /// The first few, and how many more there are.
  private static func list(_ items: [String]) -> String {
    let shown = items.prefix(4)
    let rest = items.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

extension GitOpsSpec.Engine {
  /// As it writes itself.
  public var title: String {
    switch self {
    case .argocd: "Argo CD"
    case .flux: "Flux"
    case .croft: "Croft"
    }
  }
}
