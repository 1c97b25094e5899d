import Blueprint
public import Diagnostics

public enum WaitForLaterRelease: Rule {
  public static let about = About(
    "CR0533", "A wait for an object that is made only afterwards",
    why: """
      What comes after a wait starts when the wait is over. If that is what makes the object, neither comes to an end.
      """,
    broken: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
        speaker:
          namespace: metallb-system
          image: ghcr.io/example/speaker:0.14
      layers:
        - name: core
          releases: [metallb]
          waitFor: [deployment/metallb-system/speaker]
        - name: config
          releases: [speaker]
      """,
    mended: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
        speaker:
          namespace: metallb-system
          image: ghcr.io/example/speaker:0.14
      layers:
        - name: core
          releases: [metallb]
          waitFor: [deployment/metallb-system/metallb]
        - name: config
          releases: [speaker]
          waitFor: [deployment/metallb-system/speaker]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    Wait.all(in: subject.blueprint).compactMap { wait in
      let makers = makers(of: wait.target, subject)
      guard let maker = makers.first, makers.allSatisfy({ subject.starts($0, after: wait.owner) }) else { return nil }
      return problem(
        "\(subject.name(of: wait.owner)) waits for \(wait.target), which '\(maker)' makes only after that",
        at: wait.target.span,
        related: [subject.blueprint.release(maker).map { .init("'\(maker)'", at: $0.span) }].compactMap { $0 },
        fix: "wait for it where '\(maker)' is deployed, or deploy '\(maker)' earlier")
    }
  }

  private static func makers(of target: WaitTarget, _ subject: Subject) -> [String] {
    let known = subject.objects(for: target).map(\.release)
    if KindName(target.resource).singular == "namespace" {
      return known + subject.blueprint.releases.filter { $0.namespace.name == target.name }.map(\.name)
    }
    if !known.isEmpty { return known }
    // Not known object by object: whoever goes into the namespace may make it.
    guard let namespace = target.namespace, !namespacesOfKubernetes.contains(namespace) else { return [] }
    let releases = subject.releases(in: namespace)
    return releases.allSatisfy { subject.objects.unknown.contains($0.name) } ? releases.map(\.name) : []
  }
}
