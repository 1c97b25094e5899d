public import Diagnostics

/// One thing that can be wrong with a cluster file although each of its lines is right on its own.
///
/// A rule is one type in one file, listed in `allRules`. It reports every place that breaks it, and nothing that another
/// rule reports.
public protocol Rule: Sendable {
  static var about: About { get }
  static func check(_ subject: Subject) -> [Diagnostic]
}

/// What a rule is, for `croft explain` and docs/checks.md.
public struct About: Sendable {
  /// Stable, never used for another rule: `CR0301`.
  public var code: String
  /// What is wrong, as a headline.
  public var title: String
  /// The most serious that the rule reports.
  public var severity: Severity
  /// Markdown: what the rule wants and why.
  public var why: String
  /// A cluster file, without its first lines (`apiVersion`, `kind`, `name`), that breaks this rule and no other.
  public var broken: String
  /// The same file mended: it breaks no rule.
  public var mended: String
  /// What lies beside the cluster file in both examples, by path.
  public var files: [String: String]

  public init(
    _ code: String, _ title: String, _ severity: Severity = .error, why: String, broken: String, mended: String,
    files: [String: String] = [:]
  ) {
    self.code = code
    self.title = title
    self.severity = severity
    self.why = why
    self.broken = broken
    self.mended = mended
    self.files = files
  }
}

extension Rule {
  /// What `croft explain CODE` prints.
  public static var page: Page {
    Page(
      about.code, about.title,
      body: """
        \(about.why)

        Breaks the rule:

        ```yaml
        \(about.broken)
        ```

        Mended:

        ```yaml
        \(about.mended)
        ```
        """)
  }

  static func problem(
    _ message: String, at span: SourceSpan?, _ severity: Severity? = nil, related: [Diagnostic.Related] = [],
    fix: String
  ) -> Diagnostic {
    Diagnostic(about.code, severity ?? about.severity, message, at: span, related: related, fix: fix)
  }
}
