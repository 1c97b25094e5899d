import Glibc
import Synchronization

/// A program started by the lab. Its standard input stays open until `closeInput`; output goes where it says itself.
final class ChildProcess: Sendable {
  let pid: pid_t
  private struct State { var input: Int32?; var status: Int32? }
  private let state: Mutex<State>

  init(_ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    // Closed on exec from the first moment (pipe2 is hidden from Swift): no other child holds it open.
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw LabError.command(arguments[0], String(cString: strerror(errno)))
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    // Swift's threads block signals, and a child would inherit that: a shell waits for SIGCHLD in vain.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var child: pid_t = 0
    let result = posix_spawnp(&child, arguments[0], &actions, &attributes, &argv, environ)
    close(ends[0])
    guard result == 0 else {
      close(ends[1])
      throw LabError.command(arguments[0], String(cString: strerror(result)))
    }
    pid = child
    state = Mutex(State(input: ends[1], status: nil))
  }

  deinit { closeInput() }

  func closeInput() {
    state.withLock {
      if let input = $0.input { close(input) }
      $0.input = nil
    }
  }

  /// The wait status once it has ended.
  var status: Int32? {
    state.withLock {
      if $0.status == nil {
        var status: Int32 = 0
        if waitpid(pid, &status, WNOHANG) == pid { $0.status = status }
      }
      return $0.status
    }
  }

  func wait() async throws -> Int32 {
    while true {
      if let status { return status }
      try await ContinuousClock().sleep(for: .milliseconds(10))
    }
  }
}
