import Blueprint
public import Diagnostics

public enum MissingFile: Rule {
  public static let about = About(
    "CR0511", "A file or folder that is not there",
    why: "Charts, kustomizations, manifests and values are named by their path from the cluster file's folder.",
    broken: """
      apps:
        web:
          namespace: web
          manifests: [manifests/wep.yaml]
      """,
    mended: """
      apps:
        web:
          namespace: web
          manifests: [manifests/web.yaml]
      """,
    files: ["manifests/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    FileReference.all(in: subject.blueprint).filter { subject.files.entry($0.path) == .nothing }.map { reference in
      problem(
        "'\(reference.path)' is not there, seen from the cluster file's folder", at: reference.span,
        fix: reference.path.hasPrefix("/")
          ? "paths start from the cluster file's folder: put it there and name it without '/' at the start"
          : suggestion(reference.path, subject.files) ?? "correct the path, or add what is missing")
    }
  }

  /// The nearest name in the folder that the path leads to.
  private static func suggestion(_ path: String, _ files: ClusterFiles) -> String? {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last else { return nil }
    let folder = parts.dropLast().joined(separator: "/")
    return Suggestion.nearest(to: name, among: files.names(in: folder.isEmpty ? "." : folder) ?? [])
      .map { "did you mean '\(folder.isEmpty ? $0 : "\(folder)/\($0)")'?" }
  }
}
