import Blueprint
public import Diagnostics

public enum ServiceAddressTwice: Rule {
  public static let about = About(
    "CR0415", "Two Services ask for one address",
    why: "The first Service gets the address and the second stays `<pending>` for ever.",
    broken: """
      apps:
        dns:
          namespace: dns
          image: docker.io/pihole/pihole:2024.07.0
          port: 53
          service: {type: LoadBalancer, address: 192.168.14.45}
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          port: 80
          service: {type: LoadBalancer, address: 192.168.14.45}
      """,
    mended: """
      apps:
        dns:
          namespace: dns
          image: docker.io/pihole/pihole:2024.07.0
          port: 53
          service: {type: LoadBalancer, address: 192.168.14.45}
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
          port: 80
          service: {type: LoadBalancer, address: 192.168.14.46}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var known: [IPAddress: ServiceAddress] = [:]
    return subject.serviceAddresses.compactMap { one in
      guard let first = known[one.address] else {
        known[one.address] = one
        return nil
      }
      // One chart may have several Services at one address.
      guard first.owner != one.owner, !first.isShared || !one.isShared else { return nil }
      return problem(
        "\(one.owner) asks for the address \(one.address), as \(first.owner) does", at: one.span,
        related: [.init("\(first.owner) asks for it here", at: first.span)],
        fix: "give each Service an address of its own")
    }
  }
}
