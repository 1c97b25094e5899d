/// Words of a POSIX shell script.
enum ShellText {
  /// The text as one word: in single quotes, with those in it written so that the shell reads them back.
  static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "/._-+:@%,=".utf8.contains(byte)
        }
      }
    if isPlain { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// `set -- 'one' 'two'`: the arguments that a function of the script works on.
  static func arguments(_ words: [String]) -> String {
    (["set --"] + words.map(quoted)).joined(separator: " ")
  }

  /// Whether a name can stand in a line of its own in a script's answer.
  static func isOneLine(_ text: String) -> Bool { !text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
}
