import Blueprint
public import Diagnostics
import JSON

public enum SharedClaim: Rule {
  public static let about = About(
    "CR0543", "Replicas share a volume that one node can mount", .warning,
    why: """
      A ReadWriteOnce claim is mounted by one node at a time: replicas on other nodes stay in ContainerCreating. An
      existing claim is taken for one unless a manifest of the file says otherwise.
      """,
    broken: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          replicas: 2
          storage:
            pages: {claim: pages, mount: /usr/share/nginx/html}
      """,
    mended: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          replicas: 2
          storage:
            pages: {size: 5Gi, mount: /usr/share/nginx/html, accessMode: ReadWriteMany}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.flatMap { release, workload in
      workload.storage.compactMap { volume in
        guard workload.replicas > 1, let seen = complaint(volume, release, workload, subject) else { return nil }
        return problem(
          "\(workload.replicas) replicas of '\(release.name)' mount the volume '\(volume.name)', \(seen)",
          at: workload.place(of: "storage"),
          fix: "use a ReadWriteMany claim, a StatefulSet with a claim for each replica, or one replica")
      }
    }
  }

  private static func complaint(
    _ volume: Workload.Volume, _ release: Release, _ workload: Workload, _ subject: Subject
  ) -> String? {
    switch volume.source {
    case .claim where volume.isReadWriteOnceClaim && workload.resolvedKind == .deployment:
      return "a ReadWriteOnce claim, from one Deployment"
    case .existingClaim(let name):
      let modes =
        subject.objects.all.first {
          $0.kind == "PersistentVolumeClaim" && $0.name == name && $0.namespace == release.namespace.name
        }?.json[path: "spec", "accessModes"]?.array?.compactMap(\.string) ?? []
      if modes.contains("ReadWriteMany") || (volume.readOnly && modes.contains("ReadOnlyMany")) { return nil }
      return "the claim '\(name)'" + (modes.isEmpty ? "" : ", which is \(modes.joined(separator: ", "))")
    case .claim, .secret, .configMap, .emptyDir:
      return nil
    }
  }
}
