import Testing

@testable import Provision

struct FramesTests {
  private func parse(_ text: String) throws(FrameError) -> Frames { try Frames(parsing: Array(text.utf8)) }

  @Test func partsHaveLinesAndAStatus() throws {
    let frames = try parse(
      "@one\n a\n\n".replacing("\n\n", with: "\n \n") + "=ok\n@two\n=unknown no such thing\n.end\n")
    #expect(frames["one"]?.lines == ["a", ""])
    #expect(frames["one"]?.status == "ok")
    #expect(frames["two"]?.lines == [])
    #expect(frames["two"]?.status == "unknown no such thing")
    #expect(frames["three"] == nil)
  }

  @Test func whatALoginSaysBeforeIsLeftOut() throws {
    #expect(try parse("Welcome to cow!\n\n@one\n=ok\n.end\nbye\n")["one"]?.status == "ok")
  }

  @Test(arguments: [
    ("", FrameError.empty(found: "")),
    ("sudo: a password is required\n", .empty(found: "sudo: a password is required\n")),
    ("@one\n a", .truncated(in: "one")),
    ("@one\n a\n", .truncated(in: "one")),
    ("@one\n a\n=ok\n", .truncated(after: "one")),
    ("@one\n a\n@two\n=ok\n.end\n", .stray("@two", in: "one")),
    ("@one\n=ok\nnoise\n@two\n=ok\n.end\n", .stray("noise", in: nil)),
  ])
  func whatIsNoAnswerIsAnError(text: String, error: FrameError) {
    #expect(throws: error) { try parse(text) }
  }

  @Test func charactersThatJoinDoNotHideABlank() throws {
    let frames = try parse("@one\n \u{301}x\n=ok\n.end\n")
    #expect(frames["one"]?.lines == ["\u{301}x"])
  }

  @Test(arguments: [
    ("plain", "plain"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$x", "'$x'"), ("-rf", "-rf"),
  ])
  func words(text: String, quoted: String) { #expect(ShellText.quoted(text) == quoted) }
}
