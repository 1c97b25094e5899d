import Diagnostics
import JSON
import Testing

@Suite struct DiagnosticListTests {
  private func diagnostic(_ code: String, _ severity: Severity = .error, _ place: (String, Int, Int)?) -> Diagnostic {
    Diagnostic(code, severity, "m", at: place.map { SourceSpan(file: $0.0, line: $0.1, column: $0.2) })
  }

  @Test func sortedByPlaceAndEachOnce() {
    var list = DiagnosticList([
      diagnostic("CR0205", .error, ("b.yaml", 1, 1)), diagnostic("CR0204", .error, ("a.yaml", 10, 1)),
      diagnostic("CR0203", .error, ("a.yaml", 9, 3)), diagnostic("CR0202", .warning, ("a.yaml", 9, 2)),
      diagnostic("CR0203", .error, ("a.yaml", 9, 3)), diagnostic("CR0206", .error, ("a.yaml", 9, 2)),
    ])
    list.append(diagnostic("CR0201", .error, nil))
    list.append(diagnostic("CR0204", .error, ("a.yaml", 10, 1)))
    #expect(list.map(\.code) == ["CR0201", "CR0206", "CR0202", "CR0203", "CR0204", "CR0205"])
    #expect(list.hasErrors)
  }

  @Test(
    arguments: [
      ([], "no problems"), ([.error], "1 error"), ([.error, .error, .warning], "2 errors, 1 warning"),
      ([.note, .warning, .warning], "2 warnings, 1 note"),
    ] as [([Severity], String)])
  func summary(_ severities: [Severity], _ expected: String) {
    let list = DiagnosticList(severities.enumerated().map { diagnostic("CR\($0.offset)", $0.element, ("a", 1, 1)) })
    #expect(list.summary == expected)
  }

  @Test func jsonKeepsItsShape() {
    let full = Diagnostic(
      "CR0203", .error, "m", at: SourceSpan(file: "a", line: 1, column: 2, length: 3),
      related: [.init("r", at: SourceSpan(file: "b", line: 4, column: 5, length: 6))], fix: "f")
    #expect(
      full.json.text
        == #"{"code":"CR0203","severity":"error","message":"m","file":"a","line":1,"column":2,"length":3,"#
        + #""related":[{"message":"r","file":"b","line":4,"column":5,"length":6}],"fix":"f"}"#)
    #expect(
      diagnostic("CR0203", .warning, nil).json.text
        == #"{"code":"CR0203","severity":"warning","message":"m","file":null,"line":null,"column":null,"length":null,"#
        + #""related":[],"fix":null}"#)
    #expect(DiagnosticList([full]).json["errors"] == 1)
  }
}
