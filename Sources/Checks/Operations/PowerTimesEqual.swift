import Blueprint
public import Diagnostics

public enum PowerTimesEqual: Rule {
  public static let about = About(
    "CR0702", "A cluster is turned off and on at once",
    why: """
      The cluster would be turned on while it is still going down.
      """,
    broken: """
      power: {off: "21:30", on: "21:30"}
      """,
    mended: """
      power: {off: "21:30", on: "07:00"}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let power = subject.blueprint.power, let off = power.off, let on = power.on, off.value == on.value else {
      return []
    }
    return [
      problem(
        "the cluster is turned on at \(on.value), when it is turned off", at: on.span,
        related: [.init("turned off here", at: off.span)], fix: "choose two times")
    ]
  }
}
