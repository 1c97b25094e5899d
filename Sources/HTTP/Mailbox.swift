import CCurl

/// What a client asks its driver thread to do.
enum Command: Sendable {
  case start(HTTPRequest, any Receiver, isStream: Bool)
  case cancel(any Receiver)
  case resume(any Receiver)
  case stop
}

/// Commands on their way to the driver thread, from any thread.
final class Mailbox: Sendable {
  private struct State {
    var commands: [Command] = []
    /// The handle to wake, until the driver thread ends. A bit pattern, since pointers are not Sendable.
    var multi: UInt?
  }

  private let state: Lock<State>

  init(waking multi: UnsafeMutableRawPointer?) {
    state = Lock(State(multi: multi.map { UInt(bitPattern: $0) }))
  }

  /// - Returns: Whether the driver will see it; not when it has ended.
  @discardableResult
  func post(_ command: Command) -> Bool {
    state.withLock { state in
      guard let multi = state.multi else { return false }
      state.commands.append(command)
      if state.commands.count == 1 { curl_multi_wakeup(UnsafeMutableRawPointer(bitPattern: multi)) }
      return true
    }
  }

  func take() -> [Command] {
    state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// Takes what is left; from now on `post` refuses.
  func close() -> [Command] {
    state.withLock { state in
      state.multi = nil
      defer { state.commands = [] }
      return state.commands
    }
  }
}
