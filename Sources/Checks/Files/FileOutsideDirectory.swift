import Blueprint
public import Diagnostics

public enum FileOutsideDirectory: Rule {
  public static let about = About(
    "CR0512", "A path that leads out of the cluster's folder", .warning,
    why: """
      One folder describes one cluster: what it needs is in it, in its Git repository and in its backup. A path that leads
      out of it works on this machine only.
      """,
    broken: """
      apps:
        web:
          namespace: web
          manifests: [../web.yaml]
      """,
    mended: """
      apps:
        web:
          namespace: web
          manifests: [web.yaml]
      """,
    files: [
      "web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
      "../web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
    ])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    FileReference.all(in: subject.blueprint).filter(\.leavesDirectory).map { reference in
      problem(
        "'\(reference.path)' leads out of the folder of the cluster file", at: reference.span,
        fix: "put it into that folder and name it by its path from there")
    }
  }
}
