import Blueprint
import Diagnostics
import JSON
import Kubernetes
import Testing

@testable import Lifecycle

/// What objects of the engines' kinds say of a commit, in the words of their controllers.
struct FollowedCommitTests {
  private static let commit = "0123456789abcdef0123456789abcdef01234567"
  private static let older = "ffffffffffffffffffffffffffffffffffffffff"
  private static let repository = "https://git.example.net/home/cluster.git"

  private func blocker(_ json: JSON?, _ kind: String, engine: GitOpsSpec.Engine) -> Blocker? {
    let gitops = GitOpsSpec(
      engine: engine, repository: Self.repository, path: "generated/\(engine.rawValue)",
      span: .init(file: "cluster.yaml", line: 1, column: 1, length: 1))
    let group =
      engine == .argocd
      ? "argoproj.io" : kind == "GitRepository" ? "source.toolkit.fluxcd.io" : "kustomize.toolkit.fluxcd.io"
    let id = ObjectID(GroupKind(group: group, kind: kind), namespace: "engine", name: "web")
    let object = json.map { json in
      var json = json
      json["apiVersion"] = .string("\(group)/v1")
      json["kind"] = .string(kind)
      json[path: "metadata", "name"] = "web"
      json[path: "metadata", "generation"] = 2
      return Object(json)
    }
    return FollowedCommit(gitops: gitops, commit: Self.commit, context: StatusContext()).blocker(of: id, object)
  }

  private func ready(_ status: JSON, _ word: String = "True") -> JSON {
    var status = status
    status["observedGeneration"] = 2
    status["conditions"] = [
      ["type": "Ready", "status": .string(word), "reason": "Said", "message": "the controller's words"]
    ]
    return ["status": status]
  }

  @Test func fluxIsThereWhenItSaysSoOfThisCommit() {
    let here: JSON = ["lastAppliedRevision": .string("main@sha1:\(Self.commit)")]
    let before: JSON = ["lastAppliedRevision": .string("main@sha1:\(Self.older)")]
    #expect(blocker(ready(here), "Kustomization", engine: .flux) == nil)
    #expect(blocker(ready(before), "Kustomization", engine: .flux)?.reason == "OtherCommit")
    #expect(blocker(ready(here, "False"), "Kustomization", engine: .flux)?.message == "the controller's words")
    #expect(blocker(ready([:]), "Kustomization", engine: .flux)?.reason == "NotObserved")
    #expect(blocker(["spec": [:]], "Kustomization", engine: .flux) != nil)
    #expect(blocker(nil, "Kustomization", engine: .flux)?.reason == "NotFound")
    #expect(
      blocker(ready(["artifact": ["revision": .string("main@sha1:\(Self.commit)")]]), "GitRepository", engine: .flux)
        == nil)
    #expect(blocker(ready([:]), "GitRepository", engine: .flux)?.reason == "NotObserved")
  }

  /// An earlier commit may have stalled it; this one may not.
  @Test func whatStalledBeforeIsWaitedFor() {
    var stalled = ready(["lastAppliedRevision": .string("main@sha1:\(Self.older)")])
    stalled[path: "status", "conditions"] = [["type": "Stalled", "status": "True", "reason": "BuildFailed"]]
    #expect(blocker(stalled, "Kustomization", engine: .flux)?.reason == "OtherCommit")
  }

  @Test func argoCDIsThereWhenItSaysSoOfThisCommit() {
    let git: JSON = ["repoURL": .string(Self.repository), "path": "generated/manifests/web"]
    let chart: JSON = ["repoURL": "https://charts.example.net", "chart": "web", "targetRevision": "1.2.3"]
    func application(_ sources: JSON, _ revisions: JSON, sync: String = "Synced", health: String = "Healthy") -> JSON {
      [
        "spec": ["sources": sources],
        "status": ["sync": ["status": .string(sync), "revisions": revisions], "health": ["status": .string(health)]],
      ]
    }
    let both: JSON = [chart, git]
    #expect(blocker(application(both, ["1.2.3", .string(Self.commit)]), "Application", engine: .argocd) == nil)
    #expect(
      blocker(application(both, ["1.2.3", .string(Self.older)]), "Application", engine: .argocd)?.reason
        == "OtherCommit")
    #expect(blocker(application(both, ["1.2.3"]), "Application", engine: .argocd)?.reason == "NotObserved")
    #expect(blocker(application([chart], ["1.2.3"]), "Application", engine: .argocd) == nil)
    #expect(
      blocker(application([chart], ["1.2.3"], sync: "OutOfSync"), "Application", engine: .argocd)?.reason == "OutOfSync"
    )
    #expect(
      blocker(application([chart], ["1.2.3"], health: "Degraded"), "Application", engine: .argocd)?.reason == "Degraded"
    )
    let root: JSON = [
      "spec": ["source": git],
      "status": ["sync": ["status": "Synced", "revision": .string(Self.commit)], "health": ["status": "Healthy"]],
    ]
    #expect(blocker(root, "Application", engine: .argocd) == nil)
  }
}
