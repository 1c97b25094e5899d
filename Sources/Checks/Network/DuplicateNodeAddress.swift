import Blueprint
public import Diagnostics

public enum DuplicateNodeAddress: Rule {
  public static let about = About(
    "CR0408", "An address is given to a node twice",
    why: "Two machines with one address knock each other off the network.",
    broken: """
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
        - name: sheep
          role: worker
          addresses: [192.168.14.11]
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
        - name: sheep
          role: worker
          addresses: [192.168.14.12]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var known: [IPAddress: NamedAddress] = [:]
    return subject.blueprint.nodeAddresses.compactMap { one in
      guard let first = known[one.address] else {
        known[one.address] = one
        return nil
      }
      return problem(
        one.owner == first.owner
          ? "\(one.owner) lists the address \(one.address) twice"
          : "\(one.owner) has the address \(one.address) of \(first.owner)",
        at: one.span, related: [.init("first given here", at: first.span)],
        fix: "give each node an address of its own")
    }
  }
}
