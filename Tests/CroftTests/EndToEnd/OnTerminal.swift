import Process
import Synchronization

/// Runs a command on a terminal, as `script` (of Debian's essential bsdutils) makes one, and answers what it asks.
/// - Parameter answers: lines to type, each when its question is shown for the next time.
func onTerminal(
  _ command: Command, _ answers: [(question: String, line: String)]
) async throws -> (status: CommandOutput.Status, text: String) {
  var command = command
  let words = ([command.executable] + command.arguments).map { "'\($0)'" }
  command.arguments = ["-q", "-e", "-c", words.joined(separator: " "), "/dev/null"]
  command.executable = "script"
  let shown = Mutex<(text: String, unread: String, answered: Int)>(("", "", 0))
  let status = try await command.converse(timeout: .seconds(60)) { _, bytes in
    shown.withLock { shown in
      let text = String(decoding: bytes, as: UTF8.self)
      shown.text += text
      shown.unread += text
      guard shown.answered < answers.count, shown.unread.contains(answers[shown.answered].question) else { return [] }
      shown.unread = ""
      shown.answered += 1
      return [.write(Array("\(answers[shown.answered - 1].line)\n".utf8))]
    }
  }
  return (status, shown.withLock { $0.text })
}

extension String {
  func count(of words: String) -> Int { ranges(of: words).count }
}
