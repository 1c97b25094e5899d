import Blueprint
public import Diagnostics

public enum MountCollision: Rule {
  public static let about = About(
    "CR0542", "Two volumes are mounted at one place",
    why: """
      `/data` and `/data/` are one place, written in two ways. Kubernetes accepts both, and the application sees one of the
      two volumes, whichever is mounted last.
      """,
    broken: """
      apps:
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          storage:
            data: {size: 20Gi, mount: /data}
            media: {size: 50Gi, mount: /data/}
      """,
    mended: """
      apps:
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          storage:
            data: {size: 20Gi, mount: /data}
            media: {size: 50Gi, mount: /media}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.flatMap { release, workload in
      workload.storage.enumerated().compactMap { index, volume in
        guard let other = workload.storage[..<index].first(where: { parts($0.mount) == parts(volume.mount) }) else {
          return nil
        }
        return problem(
          "the volumes '\(other.name)' at \(other.mount) and '\(volume.name)' at \(volume.mount) of '\(release.name)' are "
            + "mounted at one place",
          at: workload.place(of: "storage"), fix: "mount one of them elsewhere")
      }
    }
  }

  /// `/data/` and `/data` are one place.
  private static func parts(_ path: String) -> [Substring] { path.split(separator: "/").filter { $0 != "." } }
}
