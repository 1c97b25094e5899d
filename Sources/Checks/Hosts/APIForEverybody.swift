import Blueprint
public import Diagnostics

public enum APIForEverybody: Rule {
  public static let about = About(
    "CR0913", "The API of a k3d cluster answers to the whole network", .warning,
    why: """
      k3d's API listens on the host's address that you name. 0.0.0.0 and :: are all of them; what protects it then is
      the client certificate alone.
      """,
    broken: """
      kubernetes:
        distribution: k3d
        version: v1.33.4+k3s1
        k3d: {apiAddress: 0.0.0.0}
      """,
    mended: """
      kubernetes:
        distribution: k3d
        version: v1.33.4+k3s1
        k3d: {apiAddress: 127.0.0.1}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let k3d = kubernetes.k3d,
      ["0.0.0.0", "::"].contains(k3d.apiAddress)
    else { return [] }
    return [
      problem(
        "the API listens on \(k3d.apiAddress), every address of the host", at: kubernetes.span,
        fix: "write 127.0.0.1, or the one address that its clients use")
    ]
  }
}
