import Blueprint
package import Diagnostics

/// What the rest of the cluster file lacks for a component, or has against it.
package struct ComponentProblem: Sendable, Equatable {
  package var severity: Severity
  /// Starts with the component: `'k8s-gateway' has no domain to answer for`.
  package var message: String
  package var fix: String
  /// `nil`: where the component is named.
  package var span: SourceSpan?

  package init(_ message: String, _ severity: Severity = .error, fix: String, at span: SourceSpan? = nil) {
    self.severity = severity
    self.message = message
    self.fix = fix
    self.span = span
  }
}

extension ComponentContext {
  /// Nodes of Talos that lack a system extension. What a schematic has is not known here.
  func missingExtensions(_ nodes: NodeRequirements) -> [ComponentProblem] {
    blueprint.nodes.flatMap { node -> [ComponentProblem] in
      let talos = blueprint.kubernetes?.talos
      guard blueprint.system(of: node) == .talos, node.talos?.schematic ?? talos?.schematic == nil,
        nodes.concern(node)
      else { return [] }
      let there = (node.talos?.extensions ?? []) + (talos?.extensions ?? [])
      let missing = nodes.extensions.filter { !there.contains($0) }
      return missing.map {
        ComponentProblem(
          "'\(name)' needs the system extension \($0), and node '\(node.name)' does not have it", .warning,
          fix: "add it to 'talos.extensions' of '\(node.name)'", at: node.span)
      }
    }
  }
}
