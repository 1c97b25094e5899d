import Blueprint
import Glibc
import Hosts
import Provision
import Redaction
import Terminal

/// What sudo is told on machines where it asks: what the user types, or what a file holds where nobody can be asked.
struct SudoPasswords {
  /// Names a file whose first line is the password.
  static let variable = "CROFT_SUDO_PASSWORD_FILE"

  /// Who may become root on one or more machines.
  struct Asking: Equatable {
    var user: String
    /// Their names, in the order of the cluster file.
    var machines: [String]
    /// Those of them where a password was given already, and was wrong.
    var refused: [String]

    var question: String { "Password of \(user) for sudo on \(machines.joined(separator: ", ")): " }
  }

  /// As many as sudo itself gives on a terminal.
  private static let most = 3

  private let filed: Secret<String>?
  private var typed: [String: Secret<String>] = [:]
  private var questions: [String: Int] = [:]

  /// - Parameter filed: for every machine.
  init(filed: Secret<String>? = nil) { self.filed = filed }

  /// With what the file of `CROFT_SUDO_PASSWORD_FILE` holds, where that is set.
  init(_ context: Context) throws(Exit) {
    guard let path = context.environment[Self.variable], !path.isEmpty else {
      self.init()
      return
    }
    let bytes: [UInt8]
    do throws(WorkspaceError) { bytes = try FileWorkspace().read(path) } catch {
      throw Exit(.failure, "the file of \(Self.variable) cannot be read: \(error)")
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    if line.isEmpty { throw Exit(.failure, "\(path), which \(Self.variable) names, has no password in its first line") }
    context.warnWhereOthersRead(path)
    self.init(filed: Secret(String(decoding: line, as: UTF8.self)))
  }

  subscript(machine: String) -> Secret<String>? { typed[machine] ?? filed }

  /// Whose passwords to ask for. A machine that was asked about three times is not among them any more.
  func asking(_ errors: [ProvisionError]) -> [Asking] {
    var asking: [Asking] = []
    for case .host(let error) in errors where questions[error.host, default: 0] < Self.most {
      guard let (user, isRefused) = Self.user(error) else { continue }
      let index = asking.firstIndex { $0.user == user } ?? asking.endIndex
      if index == asking.endIndex { asking.append(Asking(user: user, machines: [], refused: [])) }
      asking[index].machines.append(error.host)
      if isRefused { asking[index].refused.append(error.host) }
    }
    return asking
  }

  private static func user(_ error: HostError) -> (user: String, isRefused: Bool)? {
    switch error {
    case .sudoPasswordNeeded(_, let user): (user, false)
    case .wrongSudoPassword(_, let user): (user, true)
    default: nil
    }
  }

  mutating func answer(_ asking: Asking, _ password: Secret<String>) {
    for machine in asking.machines {
      questions[machine, default: 0] += 1
      typed[machine] = password
    }
  }
}

extension Context {
  /// Says so where others can read a file with a password.
  func warnWhereOthersRead(_ path: String) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 {
      warn("others can read the password in \(path); run: chmod 600 \(path)")
    }
  }
}
