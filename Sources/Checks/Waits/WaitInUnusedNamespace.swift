import Blueprint
public import Diagnostics

public enum WaitInUnusedNamespace: Rule {
  public static let about = About(
    "CR0531", "A wait for something in a namespace that nothing is deployed into",
    why: """
      A wait ends when its object is ready. In a namespace that no release goes into there is no such object, and the
      deployment waits until its time is over. Where charts or kustomizations are deployed, which may make a namespace of
      their own, this is a warning unless the name is nearly that of a namespace in the file.
      """,
    broken: """
      platform:
        longhorn:
          namespace: longhorn-system
          image: ghcr.io/example/longhorn:1.7
          waitFor: [deployment/longhorn-sytem/longhorn]
      """,
    mended: """
      platform:
        longhorn:
          namespace: longhorn-system
          image: ghcr.io/example/longhorn:1.7
          waitFor: [deployment/longhorn-system/longhorn]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let namespaces = subject.namespaces
    let known = namespacesOfKubernetes.union(namespaces)
    return Wait.all(in: subject.blueprint).compactMap { wait in
      let kind = KindName(wait.target.resource)
      guard let namespace = kind.singular == "namespace" ? wait.target.name : wait.target.namespace,
        !known.contains(namespace)
      else { return nil }
      let suggestion = didYouMean(namespace, among: namespaces)
      return problem(
        "\(subject.name(of: wait.owner)) waits for \(wait.target), but no release goes into the namespace '\(namespace)'",
        at: wait.target.span, subject.objects.unknown.isEmpty || suggestion != nil ? .error : .warning,
        fix: suggestion ?? "name the namespace of the release that makes it")
    }
  }
}
