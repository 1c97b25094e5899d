import Process
import Redaction
import Synchronization

/// One wrapped script on its way.
struct ScriptRun: Sendable {
  let host: String
  let script: HostScript
  let wrapper: Wrapper
  let sealed: [UInt8]
  let limit: Int
  private let conversation: SharedConversation

  enum Outcome: Sendable {
    case result(HostResult)
    /// It never started; `status` is that of the program that should have started it, `nil` after a time-out.
    case notStarted(said: String, status: CommandOutput.Status?)
  }

  init(host: String, _ script: HostScript, content: Secret<[UInt8]>?, password: Secret<String>?, limit: Int) {
    self.host = host
    self.script = script
    wrapper = Wrapper(nonce: Self.nonce(), asRoot: script.asRoot, hasContent: content != nil)
    sealed = wrapper.sealed(script.text)
    self.limit = limit
    conversation = SharedConversation(
      Conversation(wrapper, script: sealed, content: content, password: password, limit: limit))
  }

  /// - Parameters:
  ///   - endsWithScript: Whether the program is ended when the script is done: `ssh` else waits for children that the
  ///     script left in the background.
  ///   - onStart: Called when the script starts.
  func run(
    _ command: Command, endsWithScript: Bool, clock: any Clock<Duration>,
    onLine: @escaping @Sendable (HostLine) -> Void, onStart: @escaping @Sendable () -> Void = {}
  ) async throws(HostError) -> Outcome {
    let conversation = conversation
    let status: CommandOutput.Status?
    do {
      status = try await command.converse(timeout: script.timeout, clock: clock, grace: .seconds(3)) { stream, bytes in
        let step = conversation.on(stream, bytes)
        if step.hasStarted { onStart() }
        step.lines.forEach(onLine)
        return step.hasEnded && endsWithScript ? step.replies + [.end] : step.replies
      }
    } catch is CancellationError {
      throw .cancelled(host: host, during: script.label)
    } catch ProcessError.timedOut {
      status = nil
    } catch ProcessError.notFound(let name) {
      throw .missingProgram(host: host, name: name, fix: "install it: apt-get install openssh-client")
    } catch {
      throw .programProblem(
        host: host, name: command.executable, said: "\(error)", fix: "look whether this machine is out of resources")
    }
    return try conversation.value.outcome(self, status)
  }

  private static func nonce() -> String {
    var generator = SystemRandomNumberGenerator()
    return "croft-" + String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
  }
}

extension Conversation {
  fileprivate func outcome(
    _ run: ScriptRun, _ processStatus: CommandOutput.Status?
  ) throws(HostError) -> ScriptRun.Outcome {
    switch phase {
    case .ended(let status):
      return .result(
        HostResult(status: status, output: output.bytes, errors: String(decoding: errors.bytes, as: UTF8.self)))
    case .starting:
      return .notStarted(said: said, status: processStatus)
    case .running where processStatus == nil:
      throw .timedOut(host: run.host, during: run.script.label, after: run.script.timeout)
    case .running:
      let last = String(decoding: errors.bytes.suffix(1000), as: UTF8.self).split(whereSeparator: \.isNewline).last
      throw .connectionLost(
        host: run.host, during: run.script.label, cause: last.map(String.init) ?? "it ended without a word")
    case .passwordNeeded: throw .sudoPasswordNeeded(host: run.host, user: "")
    case .wrongPassword: throw .wrongSudoPassword(host: run.host, user: "")
    case .tooMuch: throw .tooMuch(host: run.host, what: "what \(run.script.label) writes", limit: run.limit)
    }
  }
}

/// A conversation that the thread of the program goes on with, and that is looked at when the program has ended.
private final class SharedConversation: Sendable {
  private let state: Mutex<Conversation>

  init(_ conversation: Conversation) { state = Mutex(conversation) }

  var value: Conversation { state.withLock { $0 } }

  struct Step {
    var lines: [HostLine]
    var replies: [ProcessReply]
    var hasStarted = false
    var hasEnded = false
  }

  func on(_ stream: ProcessStream, _ bytes: [UInt8]) -> Step {
    state.withLock { conversation in
      let before = conversation.phase
      let (lines, replies) = conversation.on(stream, bytes)
      var step = Step(lines: lines, replies: replies)
      step.hasStarted = before == .starting && conversation.isStarted
      if case .ended = conversation.phase { step.hasEnded = conversation.phase != before }
      return step
    }
  }
}
