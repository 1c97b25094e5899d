import Blueprint
public import Diagnostics

public enum DualStackMismatch: Rule {
  public static let about = About(
    "CR0419", "Pods and Services do not have the same address families",
    why: """
      A dual-stack cluster needs IPv4 and IPv6 for pods and for Services alike (Kubernetes: IPv4/IPv6 dual-stack); with
      one missing, k3s does not start and others give Services addresses that pods cannot use.
      """,
    broken: """
      network:
        pods: [10.42.0.0/16, "fd12:3456:789a:4200::/56"]
        services: [10.43.0.0/16]
      """,
    mended: """
      network:
        pods: [10.42.0.0/16, "fd12:3456:789a:4200::/56"]
        services: [10.43.0.0/16, "fd12:3456:789a:4300::/112"]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let network = subject.blueprint.network
    guard !network.pods.isEmpty, !network.services.isEmpty else { return [] }
    let lists = [
      ("pods", network.pods, "services", network.services), ("services", network.services, "pods", network.pods),
    ]
    return lists.flatMap { list, networks, other, others in
      networks.compactMap { one in
        let family = one.value.address.family
        guard !others.contains(where: { $0.value.address.family == family }) else { return nil }
        return problem(
          "'network.\(list)' has the \(family) network \(one.value), but 'network.\(other)' has no \(family) one",
          at: one.span, related: others.map { .init("'network.\(other)': \($0.value)", at: $0.span) },
          fix: "add an \(family) network to 'network.\(other)', or take this one out")
      }
    }
  }
}
