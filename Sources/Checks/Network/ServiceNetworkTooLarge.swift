import Blueprint
public import Diagnostics

public enum ServiceNetworkTooLarge: Rule {
  public static let about = About(
    "CR0417", "The Service network is too large",
    why: """
      Before Kubernetes 1.33 the API server keeps a bitmap of `network.services` and does not start with more than 2^20
      addresses: IPv4 needs a prefix of /12 or longer, IPv6 of /108 or longer.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.31.4+k3s1}
      network:
        pods: ["fd12:3456:789a:42::/64"]
        services: ["fd12:3456:789a:43::/64"]
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.31.4+k3s1}
      network:
        pods: ["fd12:3456:789a:42::/64"]
        services: ["fd12:3456:789a:43::/112"]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let minor = subject.blueprint.kubernetes?.version.flatMap(minorVersion)
    if let minor, minor >= 33 { return [] }
    return subject.blueprint.network.services.filter { $0.value.address.width - $0.value.prefix > 20 }.map { network in
      problem(
        "\(network.value) has more than 2^20 addresses, which Kubernetes before 1.33 refuses for Services",
        at: network.span, minor == nil ? .warning : .error,
        fix: "use a prefix of /\(network.value.address.width - 16)")
    }
  }

  /// 31 of 'v1.31.4+k3s1'.
  private static func minorVersion(_ version: String) -> Int? {
    let parts = version.drop { $0 == "v" }.split(separator: ".")
    return parts.count > 1 && parts[0] == "1" ? Int(parts[1]) : nil
  }
}
