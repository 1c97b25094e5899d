import Terminal

/// Asks before something is done that the user may not have meant.
enum Consent {
  /// - Parameters:
  ///   - flag: What says yes in advance, for the message where nobody can be asked.
  ///   - question: Shows what would happen, and gives the question; `nil` where there is nothing to ask.
  /// - Throws: `Exit` where the answer is no, or where nobody can be asked.
  static func require(_ context: Context, flag: String, _ question: () async throws -> String?) async throws {
    guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal, context.format == .text
    else {
      throw Exit(.usage, "there is no terminal to ask on; say \(flag) to go on without a question")
    }
    guard let text = try await question() else { return }
    guard try await Prompt.consent(context.errorStyle(text, .bold)) else { throw Exit(.failure, "nothing was changed") }
  }
}
