import FoundationEssentials
import Process

/// A server program that ends when it is told to, and also when this process ends in whatever way.
///
/// A shell stands between: it waits for the lifeline and kills the program when that breaks; should the shell itself
/// be killed, the kernel kills the program (`PR_SET_PDEATHSIG`). The kernel's way alone would not do: it fires when
/// the *thread* ends that started the program, and Swift's threads come and go.
final class Daemon: Sendable {
  let name: String
  let logPath: String
  private let shell: RunningProcess

  private static let script = """
    lifeline=$0
    setpriv --pdeathsig KILL -- "$@" &
    child=$!
    trap 'kill -KILL $child' TERM
    flock --shared "$lifeline" kill -KILL $child &
    watch=$!
    # The trap ends the first wait, the program's end the second.
    wait $child
    wait $child
    kill $watch
    """

  init(
    _ executable: String, _ arguments: [String], name: String, log: String, directory: String? = nil,
    lifeline: Lifeline
  ) throws {
    self.name = name
    logPath = log
    let command = Command(
      "sh", ["-c", Self.script, lifeline.path, executable] + arguments, directory: directory)
    shell = try command.start(standardOutput: .file(log), standardError: .file(log))
  }

  var isRunning: Bool { shell.isRunning }

  /// Kills the program at once, as a power cut would, and waits until it is gone.
  func stop() async { await shell.terminate() }

  /// The last lines of the log, for an error message.
  var logTail: String {
    let log = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
    return log.split(separator: "\n").suffix(15).joined(separator: "\n")
  }
}
