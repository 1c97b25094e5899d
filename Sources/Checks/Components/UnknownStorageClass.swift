import Blueprint
import Catalog
public import Diagnostics

public enum UnknownStorageClass: Rule {
  public static let about = About(
    "CR0552", "A volume asks for a storage class that the cluster does not have",
    why: """
      A claim waits for ever for a class that nobody brings, and so does the pod that mounts it. The same happens to a
      claim that names no class where no class is for such claims. Nothing is said where a chart, a kustomization or
      manifests of the platform may bring more classes than Croft knows.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.34.1+k3s1}
      apps:
        web:
          image: ghcr.io/example/web:1.2
          storage: {data: {size: 1Gi, mount: /data, class: local-pat, backup: none}}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.34.1+k3s1}
      apps:
        web:
          image: ghcr.io/example/web:1.2
          storage: {data: {size: 1Gi, mount: /data, class: local-path, backup: none}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard blueprint.kubernetes != nil, !mayHaveMore(blueprint) else { return [] }
    let classes = storageClasses(of: blueprint)
    let made = subject.objects.all.filter { $0.kind == "StorageClass" }
    let names = Set(classes.map(\.name) + made.map(\.name))
    let hasDefault = classes.contains(where: \.isDefault) || !made.isEmpty
    return blueprint.releases.flatMap { release -> [Diagnostic] in
      guard case .image(let workload) = release.source else { return [] }
      return workload.storage.compactMap { volume in
        guard case .claim(_, let storageClass, _) = volume.source else { return nil }
        let place = workload.places["storage"] ?? release.span
        guard let storageClass else {
          return hasDefault
            ? nil
            : problem(
              "the volume '\(volume.name)' of '\(release.name)' names no class, and the cluster has none for that",
              at: place, fix: "add a component that brings one to 'platform', such as 'local-path: {}'")
        }
        guard !names.contains(storageClass) else { return nil }
        return problem(
          "the volume '\(volume.name)' of '\(release.name)' asks for the class '\(storageClass)', which nothing brings",
          at: place,
          fix: didYouMean(storageClass, among: Array(names))
            ?? (names.isEmpty ? "add a component that brings it to 'platform'" : "there is \(list(names))"))
      }
    }
  }

  /// Whether the platform has releases of the user's own: one of them may bring a class.
  private static func mayHaveMore(_ blueprint: Blueprint) -> Bool {
    let components = blueprint.components.map(\.name)
    return blueprint.releases.contains { release in
      guard release.section == .platform, !components.contains(release.name),
        !components.contains(where: { release.name.hasPrefix("\($0)-") })
      else { return false }
      switch release.source {
      case .chart, .kustomize: return true
      case .manifests, .image: return false
      }
    }
  }

  private static func list(_ names: Set<String>) -> String {
    names.sorted().map { "'\($0)'" }.joined(separator: ", ")
  }
}
