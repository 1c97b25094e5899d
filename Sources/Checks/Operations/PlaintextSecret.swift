import Blueprint
public import Diagnostics

public enum PlaintextSecret: Rule {
  public static let about = About(
    "CR0706", "A secret stands in the file", .warning,
    why: """
      The file is in Git and in every backup. A password, token or key that is written in it can be read by whoever
      can read one of those, and it stays in the history after it was removed. That is true of variables, of words of the
      command line, of a chart's values, and of Secrets among manifests, whose `data` is readable too.
      """,
    broken: """
      apps:
        web:
          image: docker.io/library/nginx:1.27.3
          env: {ADMIN_PASSWORD: hunter2}
      """,
    mended: """
      apps:
        web:
          image: docker.io/library/nginx:1.27.3
          env: {ADMIN_PASSWORD: {secret: web, key: password}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    // One that everybody knows is worse, and a rule of its own.
    subject.credentials.filter { !$0.isWellKnown }.map {
      problem("\($0.name) looks like a secret, and stands in the file", at: $0.span, fix: $0.fix)
    }
  }
}
