@preconcurrency import Glibc
import Synchronization

/// Lets one script open the connection while others wait, and then as many sessions at once as a server allows.
final class ConnectionGate: Sendable {
  /// An SSH server's own limit is 10 (MaxSessions).
  private static let mostSessions = 8

  struct Ticket: Sendable {
    fileprivate var number: Int
  }

  private struct State {
    var folder: String?
    var sessions = 0
    /// The ticket of the session that opens the connection now.
    var opening: Int?
    var last = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  deinit {
    state.withLock { Self.remove($0.folder) }
  }

  /// The socket of the connection, in a folder that only this user may enter; `nil` where none can be made.
  ///
  /// A path of a socket has 107 bytes at most, and `ssh` adds 17 to it for a moment, so it is a short one.
  var controlPath: String? {
    state.withLock { state in
      if state.folder == nil { state.folder = Self.makeFolder() }
      return state.folder.map { "\($0)/s" }
    }
  }

  /// Whether there is a connection: `ssh` makes the socket when it has one, and removes it with it.
  var isOpen: Bool { state.withLock { Self.isOpen($0) } }

  /// Waits for the turn of one session.
  func enter() async -> Ticket {
    while true {
      let ticket: Ticket? = state.withLock { state in
        guard state.opening == nil, state.sessions < Self.mostSessions else { return nil }
        state.sessions += 1
        state.last += 1
        if !Self.isOpen(state) { state.opening = state.last }
        return Ticket(number: state.last)
      }
      if let ticket { return ticket }
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          if state.opening == nil, state.sessions < Self.mostSessions { return true }
          state.waiters.append(continuation)
          return false
        }
        if isFree { continuation.resume() }
      }
    }
  }

  /// The connection is there; the others need not wait any longer.
  func opened(_ ticket: Ticket) {
    wake { state in
      if state.opening == ticket.number { state.opening = nil }
    }
  }

  func leave(_ ticket: Ticket) {
    wake { state in
      state.sessions -= 1
      // One that did not get as far as `opened`.
      if state.opening == ticket.number { state.opening = nil }
    }
  }

  /// Removes the folder.
  func discard() {
    state.withLock { state in
      Self.remove(state.folder)
      state.folder = nil
    }
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiters = state.withLock { state in
      change(&state)
      defer { state.waiters = [] }
      return state.waiters
    }
    waiters.forEach { $0.resume() }
  }

  private static func isOpen(_ state: borrowing State) -> Bool {
    guard let folder = state.folder else { return false }
    return access("\(folder)/s", F_OK) == 0
  }

  private static func makeFolder() -> String? {
    let own = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
    for base in [own, "/tmp"] where base.hasPrefix("/") && base.utf8.count <= 60 {
      var template = Array("\(base)/croft-XXXXXX".utf8CString)
      // mkdtemp gives it the mode 0700.
      if let path = mkdtemp(&template) { return String(cString: path) }
    }
    return nil
  }

  private static func remove(_ folder: String?) {
    guard let folder else { return }
    unlink("\(folder)/s")
    rmdir(folder)
  }
}
