import Blueprint
public import Diagnostics

public enum GitOpsEngineMissing: Rule {
  public static let about = About(
    "CR0704", "The GitOps engine is not deployed",
    why: """
      `gitops.engine` hands the cluster over to Argo CD or Flux, which therefore have to be in it.
      """,
    broken: """
      gitops: {engine: argocd, repository: "https://git.example.net/home/cluster.git"}
      """,
    mended: """
      gitops: {engine: argocd, repository: "https://git.example.net/home/cluster.git"}
      platform:
        argocd: {namespace: argocd, chart: {path: argocd}}
      """,
    files: ["argocd/Chart.yaml": "apiVersion: v2\nname: argocd\nversion: 1.0.0\n"])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard let gitops = blueprint.gitops, gitops.engine != .croft else { return [] }
    let names: [String] = gitops.engine == .argocd ? ["argocd", "argo-cd"] : ["flux", "flux-operator", "flux2"]
    guard !blueprint.releases.contains(where: { names.contains($0.name) }) else { return [] }
    return [
      problem(
        "'\(gitops.engine.rawValue)' is to follow Git, and 'platform' does not have it", at: gitops.span,
        fix: "add '\(names[0]): {}' to 'platform'")
    ]
  }
}
