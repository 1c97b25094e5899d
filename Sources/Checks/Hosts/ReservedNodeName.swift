import Blueprint
public import Diagnostics

public enum ReservedNodeName: Rule {
  public static let about = About(
    "CR0921", "A node has a name that means something else",
    why: """
      `localhost` is every machine's name for itself: a node of that name is never found by another. In the hive that
      NixOS machines are deployed from, `meta` and `defaults` are no machines but what concerns all of them, and `network`
      is what `meta` was called once (https://colmena.cli.rs/unstable/reference/meta.html).
      """,
    broken: """
      nodes:
        - {name: localhost, role: control-plane}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return blueprint.nodes.compactMap { node in
      if node.name == "localhost" || node.name.hasPrefix("localhost.") {
        return problem(
          "'\(node.name)' is every machine's name for itself", at: node.span, fix: "give the node a name of its own")
      }
      guard blueprint.system(of: node) == .nixos, ["meta", "defaults", "network"].contains(node.name) else {
        return nil
      }
      return problem(
        "'\(node.name)' is no machine to Colmena, which deploys the NixOS nodes", at: node.span,
        fix: "give the node another name")
    }
  }
}
