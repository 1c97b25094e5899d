import Diagnostics
import Testing

@testable import Secrets

struct RotationTests {
  private static let text = """
    # dates
    tailscale:
      authkey: {changed: 2026-08-24, every: 90d} # from the admin console
      oauth: {expires: 2027-01-31}
    smtp:
      password: {changed: "2026-11-01", every: 1y}

    """

  @Test func warnsInTime() throws {
    let rotation = try Rotation(Array(Self.text.utf8), file: "r.yaml")
    #expect(rotation.problems.isEmpty)
    #expect(rotation.entries.map { $0.due?.description } == ["2026-11-22", "2027-01-31", "2027-11-01"])
    let messages = { (day: String) in rotation.warnings(today: Day(day)!).map(\.message) }
    #expect(messages("2026-11-07") == [])
    #expect(messages("2026-11-08") == ["'authkey' of 'tailscale' is to be changed on 2026-11-22, in 14 days"])
    #expect(messages("2026-11-21") == ["'authkey' of 'tailscale' is to be changed on 2026-11-22, in 1 day"])
    #expect(messages("2026-11-22") == ["'authkey' of 'tailscale' is to be changed today"])
    #expect(
      messages("2027-02-01") == [
        "'authkey' of 'tailscale' was to be changed on 2026-11-22, 71 days ago",
        "'oauth' of 'tailscale' expired on 2027-01-31, 1 day ago",
      ])
    let warning = try #require(rotation.warnings(today: Day("2026-11-22")!).first)
    #expect(warning.code == "CR1005" && warning.severity == .warning)
    #expect(warning.span == SourceSpan(file: "r.yaml", line: 3, column: 3, length: 7))
  }

  @Test(arguments: [
    ("a: {k: {changed: 2026-13-01}}", "'changed' is a day, such as 2026-08-24, not '2026-13-01'"),
    ("a: {k: {every: 90d}}", "'every' counts from 'changed', which is missing"),
    ("a: {k: {changed: 2026-01-01, every: soon}}", "'every' is a time, such as 90d, 12w or 1y, not 'soon'"),
    ("a: {k: {expire: 2026-01-01}}", "there is no field 'expire'"), ("a: {k: 1}", "expected dates for 'k'"),
    ("a: 1", "expected the keys of the secret 'a'"),
  ])
  func mistakesAreNamed(text: String, message: String) throws {
    let problems = try Rotation(Array(text.utf8), file: "r.yaml").problems
    #expect(problems.map(\.message) == [message])
    #expect(problems.allSatisfy { $0.code == "CR1007" && $0.span?.line == 1 })
  }

  @Test func notesChanges() async throws {
    try await withFolder { folder in
      let path = "\(folder)/rotation.yaml"
      try FileContent.create(path, with: Array(Self.text.utf8))
      let today = Day("2026-11-22")!
      let changes: [Rotation.Change] = [
        .init(secret: "tailscale", key: "authkey"), .init(secret: "unknown", key: "key"),
        .init(secret: "new", key: "a.b", every: "12w"),
        .init(secret: "tailscale", key: "oauth", expires: Day("2028-02-29")),
      ]
      #expect(try Rotation.note(changes, today: today, in: path))
      #expect(try !Rotation.note(changes, today: today, in: path), "all of it is noted")
      #expect(
        String(decoding: try FileContent.read(path), as: UTF8.self) == """
          # dates
          tailscale:
              authkey: # from the admin console
                  changed: 2026-11-22
                  every: 90d
              oauth:
                  expires: 2028-02-29
          smtp:
              password:
                  changed: 2026-11-01
                  every: 1y
          new:
              a.b:
                  changed: 2026-11-22
                  every: 12w

          """)
    }
  }

  @Test func daysAreThoseOfTheCalendar() {
    for number in stride(from: -200_000, to: 200_000, by: 37) {
      let day = Day(number: number)
      #expect(Day(day.description) == day)
    }
    #expect(Day("1970-01-01")?.number == 0)
    #expect(Day("2024-02-29")?.number == 19_782)
    #expect(Day("2023-02-29") == nil && Day("2026-1-01") == nil && Day("x") == nil)
    #expect(Timestamp.text(1_795_219_201.9) == "2026-11-21T00:00:01Z")
  }

  // What go-yaml 3 takes for a time, and what SOPS makes of it.
  @Test(arguments: [
    ("2024-01-02", "2024-01-02T00:00:00Z"), ("2024-1-2", "2024-01-02T00:00:00Z"),
    ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"), ("2024-01-02t03:04:05.100Z", "2024-01-02T03:04:05.1Z"),
    ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z"), ("2024-01-02T03:04:05+02:00", "2024-01-02T03:04:05+02:00"),
    ("2024-01-02T03:04:05", nil), ("2024-02-30", nil), ("24-01-02", nil), ("2024-01-02T25:00:00Z", nil),
  ])
  func timesAreCanonical(text: String, expected: String?) { #expect(Timestamp.canonical(text) == expected) }
}
