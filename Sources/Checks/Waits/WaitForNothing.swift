import Blueprint
public import Diagnostics

public enum WaitForNothing: Rule {
  public static let about = About(
    "CR0532", "A wait for an object that no release makes",
    why: """
      A wait ends when its object is ready. Where everything that goes into its namespace is known — image releases and
      manifests — and the object is not among it, the deployment would wait until its time is over. Nothing is said where a
      chart, a kustomization or an operator may make the object.
      """,
    broken: """
      platform:
        longhorn:
          namespace: longhorn-system
          image: ghcr.io/example/longhorn:1.7
          waitFor: [deployment/longhorn-system/longhorn-driver]
      """,
    mended: """
      platform:
        longhorn:
          namespace: longhorn-system
          image: ghcr.io/example/longhorn:1.7
          waitFor: [deployment/longhorn-system/longhorn]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    Wait.all(in: subject.blueprint).compactMap { wait in
      guard subject.objects(for: wait.target).isEmpty, let candidates = candidates(for: wait.target, subject) else {
        return nil
      }
      let names = candidates.map(\.name)
      return problem(
        "\(subject.name(of: wait.owner)) waits for \(wait.target), which no release makes", at: wait.target.span,
        fix: didYouMean(wait.target.name, among: names)
          ?? (names.count == 1
            ? "did you mean '\(names[0])'?"
            : names.isEmpty ? "remove the wait, or add the release that makes it" : "releases make: \(list(names))"))
    }
  }

  /// What else of this kind there is; `nil` where something that is not known may make the object.
  private static func candidates(for target: WaitTarget, _ subject: Subject) -> [KnownObject]? {
    let kind = KindName(target.resource)
    guard let namespace = target.namespace else {
      guard ["customresourcedefinition", "clusterrole", "storageclass"].contains(kind.singular),
        subject.objects.unknown.isEmpty
      else { return nil }
      return subject.objects.all.filter(kind.matches)
    }
    guard kind.isMadeByUsers, !namespacesOfKubernetes.contains(namespace) else { return nil }
    let releases = subject.releases(in: namespace)
    let objects = subject.objects.in(namespace)
    guard !releases.isEmpty, !releases.contains(where: { subject.objects.unknown.contains($0.name) }),
      // An operator makes further objects for its custom resources.
      objects.allSatisfy(\.isBuiltIn)
    else { return nil }
    return objects.filter(kind.matches)
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }
}
