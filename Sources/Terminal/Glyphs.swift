/// The signs that stand for states, in a form that the terminal's character set has.
public struct Glyphs: Sendable, Equatable {
  public var ready: String
  public var failed: String
  public var pending: String
  public var warning: String
  public var stopped: String
  public var blocked: String
  /// Between parts of a line.
  public var separator: String
  /// Where text was left out.
  public var ellipsis: String
  /// One turn of the sign that shows that something goes on.
  public var spinner: [String]

  public static let unicode = Glyphs(
    ready: "✓", failed: "✗", pending: "·", warning: "!", stopped: "◼", blocked: "⊘", separator: "·",
    ellipsis: "…", spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"])
  public static let ascii = Glyphs(
    ready: "+", failed: "x", pending: ".", warning: "!", stopped: "#", blocked: "-", separator: "-",
    ellipsis: "...", spinner: ["|", "/", "-", "\\"])

  /// Unicode where the locale says so: LC_ALL, else LC_CTYPE, else LANG.
  public static func of(environment: (String) -> String?) -> Glyphs {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    return name.contains("utf-8") || name.contains("utf8") ? .unicode : .ascii
  }

  /// The spinner's sign a time after it began: ten a second.
  public func spinner(at elapsed: Duration) -> String {
    let tenths = elapsed.components.seconds * 10 + elapsed.components.attoseconds / 100_000_000_000_000_000
    return spinner[Int(max(0, tenths)) % spinner.count]
  }
}
