@preconcurrency import Glibc
import Synchronization

/// Asks the person at the terminal.
public enum Prompt {
  /// Why nobody answered.
  public enum Failure: Error, Sendable, Equatable {
    /// There is no terminal to ask on, as in a pipeline or a timer.
    case notInteractive
  }

  /// Writes the question and reads a line, without its end. `nil` at the end of input (Ctrl-D).
  /// - Throws: `Failure.notInteractive`; `CancellationError` when the task is cancelled while it waits.
  public static func line(
    _ question: String, input: TerminalDevice = .standardInput, output: TerminalDevice = .standardError
  ) async throws -> String? {
    guard input.isTerminal, output.isTerminal else { throw Failure.notInteractive }
    var text = question
    text.withUTF8 { bytes in _ = write(output.descriptor, bytes.baseAddress, bytes.count) }
    let answer = Answer()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        answer.wait(continuation)
        if Task.isCancelled { answer.give(.failure(CancellationError())) }
        // A read from a terminal blocks for as long as the person thinks, so it has a thread of its own.
        answer.readLine(from: input.descriptor)
      }
    } onCancel: {
      answer.give(.failure(CancellationError()))
    }
  }

  /// Whether the answer to a yes-or-no question was yes. Only `y` and `yes` are.
  public static func consent(
    _ question: String, input: TerminalDevice = .standardInput, output: TerminalDevice = .standardError
  ) async throws -> Bool {
    let answer = try await line("\(question) [y/N] ", input: input, output: output)
    return ["y", "yes"].contains(answer?.lowercased().filter { !$0.isWhitespace })
  }
}

/// One answer that two may give: the thread that reads, and the task's cancellation.
private final class Answer: Sendable {
  private let continuation = Mutex<CheckedContinuation<String?, any Error>?>(nil)

  func wait(_ continuation: CheckedContinuation<String?, any Error>) {
    self.continuation.withLock { $0 = continuation }
  }

  func give(_ result: Result<String?, any Error>) {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(with: result)
  }

  func readLine(from descriptor: Int32) {
    final class Reading: Sendable {
      let answer: Answer
      let descriptor: Int32
      init(_ answer: Answer, _ descriptor: Int32) {
        self.answer = answer
        self.descriptor = descriptor
      }
    }
    let passed = Unmanaged.passRetained(Reading(self, descriptor))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        let reading = Unmanaged<Reading>.fromOpaque(pointer!).takeRetainedValue()
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
          let count = read(reading.descriptor, &byte, 1)
          if count < 0, errno == EINTR { continue }
          if count == 1, byte != 0x0A {
            bytes.append(byte)
            continue
          }
          let isEnd = count < 1 && bytes.isEmpty
          reading.answer.give(.success(isEnd ? nil : String(decoding: bytes, as: UTF8.self)))
          return nil
        }
      }, passed.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      passed.release()
      give(.success(nil))
    }
  }
}
