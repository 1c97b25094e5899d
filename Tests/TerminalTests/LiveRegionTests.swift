import Terminal
import Testing

struct LiveRegionTests {
  let size = TerminalSize(columns: 20, rows: 6)

  @Test func drawsInPlace() {
    var region = LiveRegion()
    var screen = Screen(columns: 20, rows: 6)
    screen.write("$ croft deploy\r\n")
    screen.write(region.update(["one", "two", "three"], size: size))
    #expect(screen.lines == ["$ croft deploy", "one", "two", "three"])
    screen.write(region.update(["one", "2", "three"], size: size))
    #expect(screen.lines == ["$ croft deploy", "one", "2", "three"])
    screen.write(region.update(["one"], size: size))
    #expect(screen.lines == ["$ croft deploy", "one"])
    screen.write(region.update(["one", "two", "three", "four"], size: size))
    #expect(screen.lines == ["$ croft deploy", "one", "two", "three", "four"])
  }

  @Test func writesNothingWhenNothingChanged() {
    var region = LiveRegion()
    _ = region.update(["one", "two"], size: size)
    #expect(region.update(["one", "two"], size: size) == "")
  }

  @Test func rewritesOnlyTheLineThatChanged() {
    var region = LiveRegion()
    _ = region.update(["one", "two", "three"], size: size)
    let text = region.update(["one", "TWO", "three"], size: size)
    #expect(!text.contains("one") && !text.contains("three") && text.contains("TWO"))
  }

  @Test func clearsNothingBeforeItWrites() {
    var region = LiveRegion()
    _ = region.update(["one", "two"], size: size)
    #expect(!region.update(["1", "2"], size: size).contains("\u{1B}[J"))
  }

  @Test func linesAboveStayAndScrollAway() {
    var region = LiveRegion()
    var screen = Screen(columns: 20, rows: 6)
    screen.write(region.update(["a", "b"], size: size))
    for number in 1...6 {
      screen.write(region.update(["a", "b"], above: ["note \(number)"], size: size))
    }
    #expect(screen.scrolledAway + screen.lines == (1...6).map { "note \($0)" } + ["a", "b"])
  }

  @Test func neverTakesMoreThanTheScreen() {
    var region = LiveRegion()
    var screen = Screen(columns: 20, rows: 6)
    screen.write("before\r\n")
    for round in 0..<3 {
      screen.write(region.update((1...30).map { "\(round)-\($0) " + String(repeating: "x", count: 40) }, size: size))
    }
    #expect(screen.scrolledAway == ["before"])
    #expect(screen.lines == (1...5).map { "2-\($0) xxxxxxxxxxxxxxx…" })
  }

  @Test func findsItsPlaceAfterTheTerminalBecameNarrower() {
    var region = LiveRegion()
    _ = region.update(["123456789012345", "12"], size: size)
    // A terminal of ten columns shows the first line in two rows now.
    var screen = Screen(columns: 10, rows: 6)
    screen.write("$\r\n1234567890\r\n12345\r\n12\r\n")
    screen.write(region.update(["123456789012345", "12"], size: TerminalSize(columns: 10, rows: 6)))
    #expect(screen.lines == ["$", "123456789…", "12"])
  }

  @Test func startsAnewAfterForgetting() {
    var region = LiveRegion()
    var screen = Screen(columns: 20, rows: 6)
    screen.write(region.update(["a"], size: size))
    region.forget()
    screen.write(region.update(["b"], size: size))
    #expect(screen.lines == ["a", "b"])
  }
}
