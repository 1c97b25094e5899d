import Process
import Redaction

/// What happens between the start of a wrapped script and its end, as values: what came, and what to answer.
struct Conversation: Sendable {
  enum Phase: Sendable, Equatable {
    /// The wrapper did not answer yet.
    case starting
    case running
    case ended(status: Int32)
    case passwordNeeded
    case wrongPassword
    case tooMuch
  }

  private(set) var phase = Phase.starting
  private(set) var output: MarkedStream
  private(set) var errors: MarkedStream
  private let prompt: [UInt8]
  private let message: [ProcessReply]
  private let password: Secret<String>?
  private let limit: Int
  private var prompts = 0

  /// - Parameters:
  ///   - password: What `sudo` may ask for.
  ///   - limit: The most bytes of one output.
  init(
    _ wrapper: Wrapper, script: [UInt8], content: Secret<[UInt8]>?, password: Secret<String>?, limit: Int
  ) {
    output = MarkedStream(nonce: wrapper.nonce)
    errors = MarkedStream(nonce: wrapper.nonce)
    prompt = Array(wrapper.prompt.utf8)
    message = [.write(script)] + (content.map { [.write($0.reveal()), .closeInput] } ?? [])
    self.password = password
    self.limit = limit
  }

  var isStarted: Bool { errors.hasStarted }

  /// What `ssh`, `sudo` or a login shell wrote before the script started.
  var said: String {
    guard !errors.hasStarted else { return "" }
    return String(decoding: errors.bytes, as: UTF8.self)
  }

  mutating func on(_ stream: ProcessStream, _ bytes: [UInt8]) -> (lines: [HostLine], replies: [ProcessReply]) {
    let lines =
      switch stream {
      case .output: output.append(bytes).map { HostLine(stream: .output, text: $0) }
      case .error: errors.append(bytes).map { HostLine(stream: .errors, text: $0) }
      }
    return (lines, replies())
  }

  private mutating func replies() -> [ProcessReply] {
    switch phase {
    case .starting where errors.hasStarted:
      phase = .running
      return message + replies()
    case .starting where output.bytes.count > limit || errors.bytes.count > limit:
      phase = .tooMuch
      return [.closeInput, .end]
    case .starting:
      return answerPrompt()
    case .running:
      if output.bytes.count > limit || errors.bytes.count > limit {
        phase = .tooMuch
        return [.closeInput, .end]
      }
      guard output.status != nil, let status = errors.status else { return [] }
      phase = .ended(status: status)
      return [.closeInput]
    case .ended, .passwordNeeded, .wrongPassword, .tooMuch:
      return []
    }
  }

  /// A second question means that the first answer was wrong; one attempt is enough to lock nobody out.
  private mutating func answerPrompt() -> [ProcessReply] {
    let asked = count(of: prompt, in: errors.bytes)
    guard asked > prompts else { return [] }
    prompts = asked
    guard let password else {
      phase = .passwordNeeded
      return [.closeInput]
    }
    guard asked == 1 else {
      phase = .wrongPassword
      return [.closeInput]
    }
    return [.write(Array("\(password.reveal())\n".utf8))]
  }

  private func count(of word: [UInt8], in bytes: [UInt8]) -> Int {
    bytes.indices.count { bytes[$0...].starts(with: word) }
  }
}
