import Blueprint
public import Diagnostics

public enum PowerOffForGood: Rule {
  public static let about = About(
    "CR0701", "A cluster that is turned off and never on", .warning,
    why: """
      `power.off` turns the whole cluster off every day. Without `power.on` it stays off until somebody walks there.
      """,
    broken: """
      power: {off: "21:30"}
      """,
    mended: """
      power: {off: "21:30", on: "07:00"}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let power = subject.blueprint.power, let off = power.off, power.on == nil else { return [] }
    return [
      problem(
        "the cluster is turned off at \(off.value) and nothing turns it on", at: off.span,
        fix: "add 'on:' with a time of day")
    ]
  }
}
