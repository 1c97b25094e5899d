import Blueprint
public import Diagnostics

public enum PlaintextSecret: Rule {
  public static let about = About(
    "CR0706", "A secret stands in the file", .warning,
    why: """
      The file is in Git and in every backup. A password, token or key that is written in it can be read by whoever
      can read one of those, and it stays in the history after it was removed.
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

  private static let words = [
    "PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "CREDENTIALS",
  ]
  /// What names a place and not the secret itself.
  private static let places = ["_FILE", "_PATH", "_URL", "_NAME", "_ID", "_TTL", "_EXPIRY", "_DIR"]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.flatMap { release, workload in
      workload.env.compactMap { variable in
        guard case .text(let text) = variable.value, !text.isEmpty, Int(text) == nil, text != "true", text != "false"
        else { return nil }
        let name = variable.name.uppercased()
        guard words.contains(where: { name.hasSuffix($0) || name.contains($0 + "_") }),
          !places.contains(where: name.hasSuffix)
        else { return nil }
        return problem(
          "'\(variable.name)' of '\(release.name)' looks like a secret, and stands in the file",
          at: workload.places["env"] ?? release.span,
          fix: "put it into a Secret and write '\(variable.name): {secret: NAME, key: KEY}'")
      }
    }
  }
}
