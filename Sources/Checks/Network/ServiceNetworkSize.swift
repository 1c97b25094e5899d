import Blueprint
public import Diagnostics

public enum ServiceNetworkSize: Rule {
  public static let about = About(
    "CR0416", "The Service network is too small",
    why: """
      Every Service takes an address of `network.services`, and the range cannot grow later without a new cluster. With
      fewer than 16 addresses Kubernetes does not start; with fewer than 256 a home cluster is soon full.
      """,
    broken: """
      network:
        services: [10.43.0.0/29]
      """,
    mended: """
      network:
        services: [10.43.0.0/16]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.network.services.compactMap { network in
      let bits = network.value.address.width - network.value.prefix
      guard bits < 8 else { return nil }
      let count = 1 << bits
      return problem(
        "\(network.value) has \(count) address\(count == 1 ? "" : "es") for Services", at: network.span,
        bits < 4 ? .error : .warning,
        fix: "use a prefix of /\(network.value.address.width - 16)")
    }
  }
}
