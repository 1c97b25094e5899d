import Blueprint
public import Diagnostics

public enum PowerOrderTwice: Rule {
  public static let about = About(
    "CR0703", "A group goes down twice",
    why: """
      `power.order` says what goes down first. A group can be named once.
      """,
    broken: """
      power: {off: "21:30", on: "07:00", order: [apps, storage, apps]}
      """,
    mended: """
      power: {off: "21:30", on: "07:00", order: [apps, storage]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let order = subject.blueprint.power?.order ?? []
    return order.enumerated().compactMap { index, group in
      guard let first = order[..<index].first(where: { $0.value == group.value }) else { return nil }
      return problem(
        "'\(group.value)' stands in the order twice", at: group.span,
        related: [.init("it stands here first", at: first.span)], fix: "keep one of the two")
    }
  }
}
