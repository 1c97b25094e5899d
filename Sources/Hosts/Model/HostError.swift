/// Why a machine did not do what it was asked. `host` is the node's name in every case.
public enum HostError: Error, Sendable, Equatable {
  /// No connection came about. `address` is what was tried, `cause` what `ssh` said, `fix` what to do about it.
  case unreachable(host: String, address: String, cause: String, fix: String)
  /// First contact: nobody said yet whether this key is the machine's.
  case unknownHostKey(host: String, HostKey)
  /// Another key than the known one. `place` says where that is written: `/root/.ssh/known_hosts:3`, or `hostKey` of
  /// the cluster file. `expected` and `seen` are fingerprints.
  case changedHostKey(host: String, address: String, expected: String, seen: String, place: String)
  /// The machine wants another key or user. `methods` are what it would take: `publickey`.
  case refusedLogin(host: String, user: String, methods: [String], fix: String)
  /// Logged in, but `sh` did not start there; `said` is what came instead.
  case noShell(host: String, said: String)
  /// `sudo` wants a password and none was given.
  case sudoPasswordNeeded(host: String, user: String)
  /// `sudo` does not take the password.
  case wrongSudoPassword(host: String, user: String)
  /// `sudo` is missing, or the user may not use it.
  case noSudo(host: String, user: String, said: String)
  /// The script was ended because it took longer.
  case timedOut(host: String, during: String, after: Duration)
  /// The connection broke while the script ran; nobody knows how far it came.
  case connectionLost(host: String, during: String, cause: String)
  /// The script or file has more bytes than the limit; the script was ended.
  case tooMuch(host: String, what: String, limit: Int)
  case noSpace(host: String, path: String)
  /// A file could not be written, read, or told to be missing; `cause` is the system's reason.
  case notWritable(host: String, path: String, cause: String)
  case notReadable(host: String, path: String, cause: String)
  /// A program is missing on the machine that runs Croft.
  case missingProgram(host: String, name: String, fix: String)
  /// A program on the machine that runs Croft did not do its part.
  case programProblem(host: String, name: String, said: String, fix: String)
  /// The machine does not do `what`.
  case refused(host: String, what: String, said: String)
  /// The calling task was cancelled; the script was ended.
  case cancelled(host: String, during: String)
}
