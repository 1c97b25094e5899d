import CProcess
@preconcurrency import Glibc

extension Command {
  /// Starts the program with these three descriptors and no others, and with every signal at its default.
  /// - Parameter leadsGroup: as the leader of a process group of its own; else in this one's, which may use the
  ///   terminal.
  func spawn(input: Int32, output: Int32, error: Int32, leadsGroup: Bool = true) throws(ProcessError) -> pid_t {
    if let directory {
      var status = stat()
      guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw .noDirectory(executable, directory: directory)
      }
    }
    let environment = childEnvironment()
    let path = environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) }
    let program: String
    if executable.contains("/") {
      program = executable
    } else if let found = Executable.find(executable, path: path) {
      program = found
    } else {
      throw .notFound(executable)
    }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, error, 2)
    croft_spawn_close_from(&actions, 3)
    if let directory { croft_spawn_change_directory(&actions, directory) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    // The leader of a session leads a group of the same number too.
    let group = isDetached ? Self.leadsSession : leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setflags(&attributes, Int16(group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    let code = withCStrings([executable] + arguments) { arguments in
      withCStrings(environment) { environment in
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, arguments, environment)
        return code == 0 ? Result<pid_t, SpawnFailure>.success(pid) : .failure(SpawnFailure(code: code))
      }
    }
    switch code {
    case .success(let pid): return pid
    case .failure(let failure) where failure.code == ENOENT || failure.code == EACCES: throw .notFound(executable)
    case .failure(let failure): throw .notStarted(executable, errno: failure.code)
    }
  }

  /// POSIX_SPAWN_SETSID of glibc, which the Glibc module does not show.
  private static let leadsSession: Int32 = 0x80

  func childEnvironment() -> [String] {
    var entries: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if environment[String(text.prefix { $0 != "=" })] == nil { entries.append(text) }
      next += 1
    }
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      if let value { entries.append("\(name)=\(value)") }
    }
    return entries
  }
}

/// Calls `body` with a null-terminated array of C strings that lives as long as the call.
func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  pointers.append(nil)
  defer { pointers.forEach { free($0) } }
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
