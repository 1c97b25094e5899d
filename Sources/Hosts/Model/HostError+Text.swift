extension HostError {
  /// The node's name.
  public var host: String {
    switch self {
    case .unreachable(let host, _, _, _), .unknownHostKey(let host, _), .changedHostKey(let host, _, _, _, _),
      .refusedLogin(let host, _, _, _), .noShell(let host, _), .sudoPasswordNeeded(let host, _),
      .wrongSudoPassword(let host, _), .noSudo(let host, _, _), .timedOut(let host, _, _),
      .connectionLost(let host, _, _), .tooMuch(let host, _, _), .noSpace(let host, _), .notWritable(let host, _, _),
      .notReadable(let host, _, _), .missingProgram(let host, _, _), .programProblem(let host, _, _, _),
      .refused(let host, _, _), .cancelled(let host, _):
      host
    }
  }

  /// Whether trying again later can help although nobody changes anything: while a machine starts, for example.
  public var isPassing: Bool {
    switch self {
    case .unreachable, .connectionLost, .timedOut: true
    default: false
    }
  }
}

extension HostError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let host, let address, let cause, let fix):
      "\(host): no connection to \(address): \(cause); \(fix)"
    case .unknownHostKey(let host, let key):
      """
      \(host): \(key.address) shows a host key that is not known yet (\(key.type) \(key.fingerprint)); compare it with \
      'ssh-keygen -l -f /etc/ssh/ssh_host_\(key.type.lowercased())_key.pub' on \(key.machine), then accept it or write \
      it as hostKey in the node's ssh section
      """
    case .changedHostKey(let host, let address, let expected, let seen, let place):
      """
      \(host): \(address) shows the host key \(seen), but \(place) says \(expected); somebody else may answer there. \
      If the machine was installed anew, change \(place)
      """
    case .refusedLogin(let host, let user, let methods, let fix):
      "\(host): the login as \(user) was refused\(methods.isEmpty ? "" : " (it takes \(methods.joined(separator: ", ")))"); \(fix)"
    case .noShell(let host, let said):
      """
      \(host): the login worked, but no POSIX shell started\(said.isEmpty ? "" : "; what came was: \(said)"); \
      give the user a login shell that runs commands
      """
    case .sudoPasswordNeeded(let host, let user):
      """
      \(host): sudo asks for the password of \(user); type it where croft runs on a terminal, name a file that has it in \
      CROFT_SUDO_PASSWORD_FILE, or allow \(user) sudo without one (NOPASSWD)
      """
    case .wrongSudoPassword(let host, let user):
      """
      \(host): sudo says that the given password of \(user) is wrong; run the same command again with the right one, \
      typed or in the file of CROFT_SUDO_PASSWORD_FILE
      """
    case .noSudo(let host, let user, let said):
      "\(host): \(user) cannot become root (\(said)); install sudo and allow \(user) to use it, or log in as root"
    case .timedOut(let host, let label, let limit):
      "\(host): \(label) took longer than \(limit) and was ended; look at the machine's load, or try again"
    case .connectionLost(let host, let label, let cause):
      "\(host): the connection broke during \(label) (\(cause)); run it again when the machine answers"
    case .tooMuch(let host, let what, let limit):
      "\(host): \(what) has more than \(limit) bytes, which is the limit; look at what it writes"
    case .noSpace(let host, let path):
      "\(host): there is no space left for \(path); free some on its file system"
    case .notWritable(let host, let path, let cause):
      "\(host): \(path) cannot be written: \(cause)"
    case .notReadable(let host, let path, let cause):
      "\(host): \(path) cannot be read: \(cause)"
    case .missingProgram(let host, let name, let fix):
      "\(host): \(name) is needed on this machine and is not in PATH; \(fix)"
    case .programProblem(let host, let name, let said, let fix):
      "\(host): \(name) says: \(said); \(fix)"
    case .refused(let host, let what, let said):
      "\(host): \(what) was not taken: \(said); look at the machine"
    case .cancelled(let host, let label):
      "\(host): \(label) was stopped"
    }
  }
}
