import Blueprint
import Catalog
public import Diagnostics

public enum ComponentIncomplete: Rule {
  public static let about = About(
    "CR0551", "A component and the rest of the file do not fit together",
    why: """
      A component of the catalogue works with what the rest of the file says: it needs another component, a domain, a disk
      of a node, or it is asked for more than the nodes can give. Each says itself what it lacks. What would not work is an
      error; what works worse than it looks is a warning.
      """,
    broken: """
      platform:
        trust-manager: {}
      """,
    mended: """
      platform:
        cert-manager: {}
        trust-manager: {}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.parts.flatMap { part in
      part.contribution.problems.map { found in
        problem(found.message, at: found.span ?? part.use.release.span, found.severity, fix: found.fix)
      }
    }
  }
}
