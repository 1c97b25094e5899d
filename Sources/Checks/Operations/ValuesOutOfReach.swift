import Blueprint
public import Diagnostics

public enum ValuesOutOfReach: Rule {
  public static let about = About(
    "CR0709", "Values that Argo CD cannot read", .warning,
    why: """
      Argo CD does not read a chart's values from a Secret or a ConfigMap, as `croft deploy` and Flux do.
      It renders the chart without them, and so changes what is deployed. Many charts take the name of a
      Secret (`existingSecret`), which works with everything.
      """,
    broken: """
      gitops: {engine: argocd, repository: "https://git.example.net/home/cluster.git"}
      platform:
        argocd: {namespace: argocd, chart: {path: argocd}}
      apps:
        web:
          chart: {path: web}
          valuesFrom: [{secret: web, key: values.yaml}]
      """,
    mended: """
      gitops: {engine: argocd, repository: "https://git.example.net/home/cluster.git"}
      platform:
        argocd: {namespace: argocd, chart: {path: argocd}}
      apps:
        web:
          chart: {path: web}
          values: {auth: {existingSecret: web}}
      """,
    files: [
      "argocd/Chart.yaml": "apiVersion: v2\nname: argocd\nversion: 1.0.0\n",
      "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    ])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.blueprint.gitops?.engine == .argocd else { return [] }
    return subject.blueprint.releases.flatMap { release in
      release.valuesFrom.compactMap { reference in
        guard case .object(let kind, let name, _, _, _, let span) = reference else { return nil }
        return problem(
          "values of '\(release.name)' come from the \(kind.rawValue) '\(name)', which Argo CD does not read", at: span,
          fix:
            "have the chart read the \(kind.rawValue) itself, put the values into the file, or leave '\(release.name)' "
            + "to 'croft deploy' in a cluster file of its own")
      }
    }
  }
}
