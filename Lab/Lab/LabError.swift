/// Why a part of the lab is not there.
public enum LabError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Programs that this machine does not have, each with what installs it.
  case missing([String])
  /// A program of the lab ended or did not become ready; with the last lines of its log.
  case notReady(String, reason: String, log: String)
  /// A helper program (openssl, helm) ended with an error.
  case command(String, String)

  /// There are no machines by this name of a lab.
  case noLab(String, in: String)

  public var description: String {
    switch self {
    case .missing(let programs):
      "the lab needs \(programs.joined(separator: ", ")). Run 'make setup'."
    case .notReady(let program, let reason, let log):
      "\(program) did not become ready: \(reason)\n\(log)"
    case .command(let command, let output):
      "'\(command)' ended with an error:\n\(output)"
    case .noLab(let name, let folder):
      "there is no lab '\(name)' in \(folder). 'make lab' brings one up."
    }
  }
}
