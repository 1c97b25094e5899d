package import Diagnostics

/// Gathers what is wrong with a cluster file while it is decoded.
package final class Problems {
  package private(set) var diagnostics: [Diagnostic] = []

  package init() {}

  package func report(
    _ code: String, _ message: String, at span: SourceSpan?, related: [Diagnostic.Related] = [], fix: String? = nil
  ) {
    diagnostics.append(Diagnostic(code, .error, message, at: span, related: related, fix: fix))
  }

  package func append(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }
}
