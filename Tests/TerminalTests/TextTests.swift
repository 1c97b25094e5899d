import Terminal
import Testing

struct TextTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("äöü", 3), ("e\u{301}", 1), ("日本", 4), ("🦆", 2), ("❤️", 2), ("👩‍👩‍👧", 2), ("한글", 4),
    ("…✓✗·⠋", 5), ("\u{1B}[31mred\u{1B}[0m", 3), ("a\u{1B}[?25lb", 2), ("\u{200B}x", 1), ("ｆｕｌｌ", 8),
  ])
  func width(text: String, cells: Int) { #expect(TextWidth.of(text) == cells) }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("日本語", 5, "日本…"),
    ("日本語", 4, "日…"), ("日本語", 6, "日本語"),
    ("\u{1B}[31mabcdef\u{1B}[0m", 4, "\u{1B}[31mabc\u{1B}[0m…"),
    ("\u{1B}[31mab\u{1B}[0mcdef", 4, "\u{1B}[31mab\u{1B}[0mc…"),
    ("\u{1B}[31mabcd\u{1B}[0m", 4, "\u{1B}[31mabcd\u{1B}[0m"),
  ])
  func truncates(text: String, width: Int, expected: String) {
    let result = TextWidth.truncate(text, to: width)
    #expect(result == expected)
    #expect(TextWidth.of(result) <= width)
  }

  @Test func pads() {
    #expect(TextWidth.pad("日", to: 4) == "日  ")
    #expect(TextWidth.pad("12", to: 4, atStart: true) == "  12")
    #expect(TextWidth.pad("12345", to: 4) == "12345")
  }

  @Test func wraps() {
    #expect(TextWidth.wrap("one two three\n\nfour", to: 8) == ["one two", "three", "", "four"])
    #expect(TextWidth.wrap("unbreakable", to: 4) == ["unbreakable"])
  }

  @Test(arguments: [
    (0.4, "0s"), (12, "12s"), (59.9, "59s"), (60, "1m 00s"), (184, "3m 04s"), (3_720, "1h 02m"), (183_600, "2d 03h"),
    (-3, "0s"),
  ])
  func durations(seconds: Double, text: String) { #expect(Duration.seconds(seconds).brief == text) }

  @Test(arguments: [(0.0, "0.0s"), (0.44, "0.4s"), (9.99, "9.9s"), (10, "10s"), (184, "3m 04s")])
  func preciseDurations(seconds: Double, text: String) { #expect(Duration.seconds(seconds).precise == text) }

  @Test func alignsTables() {
    var table = Table([.init("NAME"), .init("OBJECTS", .right), .init("STATE")])
    table.append("cilium", "132", "ready")
    table.append("日本", "7", "\u{1B}[31mfailed\u{1B}[0m because of a long story")
    #expect(
      table.lines(width: 32) == [
        "NAME    OBJECTS  STATE",
        "cilium      132  ready",
        "日本          7  \u{1B}[31mfailed\u{1B}[0m because…",
      ])
  }

  @Test func spins() {
    #expect(Glyphs.ascii.spinner(at: .milliseconds(0)) == "|")
    #expect(Glyphs.ascii.spinner(at: .milliseconds(199)) == "/")
    #expect(Glyphs.ascii.spinner(at: .milliseconds(450)) == "|")
    #expect(Glyphs.of { ["LANG": "de_DE.UTF-8"][$0] } == .unicode)
    #expect(Glyphs.of { ["LANG": "de_DE.UTF-8", "LC_ALL": "C"][$0] } == .ascii)
    #expect(Glyphs.of { _ in nil } == .ascii)
  }
}

struct StyleTests {
  @Test(arguments: [
    (ColorChoice.auto, true, [:], true),
    (.auto, false, [:], false),
    (.auto, true, ["TERM": "dumb"], false),
    (.auto, true, ["NO_COLOR": "1"], false),
    (.auto, true, ["NO_COLOR": ""], true),
    (.auto, false, ["CLICOLOR_FORCE": "1"], true),
    (.auto, false, ["CLICOLOR_FORCE": "0"], false),
    (.auto, true, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
    (.always, false, ["NO_COLOR": "1", "TERM": "dumb"], true),
    (.never, true, ["CLICOLOR_FORCE": "1"], false),
  ])
  func decides(choice: ColorChoice, onTerminal: Bool, environment: [String: String], isColored: Bool) {
    #expect(choice.isColored(onTerminal: onTerminal) { environment[$0] } == isColored)
  }

  @Test func stylesOnlyWhenColored() {
    #expect(Style(isColored: true)("x", .bold, .red) == "\u{1B}[1;31mx\u{1B}[0m")
    #expect(Style.plain("x", .bold) == "x")
    #expect(Style(isColored: true)("", .bold) == "")
  }
}
