import Blueprint
public import Diagnostics

public enum ReleaseNameTooLong: Rule {
  public static let about = About(
    "CR0501", "A release name is too long for what is named after it",
    why: """
      A StatefulSet writes the name of its revision on its pods as a label: its own name, `-` and ten characters. A label
      has at most 63, which leaves 52 for the release. With more, no pod is ever made.
      """,
    broken: """
      apps:
        document-archive-of-the-whole-household-and-my-office:
          namespace: home
          kind: StatefulSet
          image: ghcr.io/example/archive:1.2.3
      """,
    mended: """
      apps:
        document-archive:
          namespace: home
          kind: StatefulSet
          image: ghcr.io/example/archive:1.2.3
      """)

  private static let limit = 52

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.compactMap { release, workload in
      let length = release.name.utf8.count
      guard workload.resolvedKind == .statefulSet, length > limit else { return nil }
      return problem(
        "the name '\(release.name)' has \(length) characters; the pods of a StatefulSet allow at most \(limit)",
        at: release.span, fix: "shorten it by \(length - limit) character\(length - limit == 1 ? "" : "s") or more")
    }
  }
}
