import Diagnostics

/// Gathers what is wrong with a cluster file while it is decoded.
final class Problems {
  private(set) var diagnostics: [Diagnostic] = []

  func report(
    _ code: String, _ message: String, at span: SourceSpan?, related: [Diagnostic.Related] = [], fix: String? = nil
  ) {
    diagnostics.append(Diagnostic(code, .error, message, at: span, related: related, fix: fix))
  }

  func append(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }
}
