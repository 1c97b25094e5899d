import FoundationEssentials

/// A server program that ends when it is told to, and also when this process ends in whatever way.
///
/// A shell stands between: it holds the other end of a pipe and kills the program when the pipe closes; should the
/// shell itself be killed, the kernel kills the program (`PR_SET_PDEATHSIG`). The kernel's way alone would not do:
/// it fires when the *thread* ends that started the program, and Swift's threads come and go.
final class Daemon: Sendable {
  let name: String
  let logPath: String
  private let shell: ChildProcess

  private static let script = """
    exec 3<&0 0</dev/null >>"$0" 2>&1
    setpriv --pdeathsig KILL -- "$@" 3<&- &
    child=$!
    { read -r _; kill -KILL $child; } <&3 3<&- 2>/dev/null &
    exec 3<&-
    wait $child
    status=$?
    kill $! 2>/dev/null
    exit $status
    """

  init(_ executable: String, _ arguments: [String], name: String, log: String) throws {
    self.name = name
    logPath = log
    // A session of its own keeps Ctrl-C at the terminal away from it.
    shell = try ChildProcess(["setsid", "sh", "-c", Self.script, log, executable] + arguments)
  }

  var isRunning: Bool { shell.status == nil }

  /// Kills the program at once, as a power cut would, and waits until it is gone.
  func stop() async {
    shell.closeInput()
    while isRunning { try? await ContinuousClock().sleep(for: .milliseconds(5)) }
  }

  /// The last lines of the log, for an error message.
  var logTail: String {
    let log = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
    return log.split(separator: "\n").suffix(15).joined(separator: "\n")
  }
}
