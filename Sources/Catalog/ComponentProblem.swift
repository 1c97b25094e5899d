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
