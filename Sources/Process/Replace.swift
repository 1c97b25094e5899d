@preconcurrency import Glibc

extension Command {
  /// Becomes the program: it takes this process's place, with its number, terminal and open standard descriptors.
  ///
  /// ``input`` and ``isDetached`` are not used. Nothing of this process runs afterwards.
  /// - Returns: Why this process goes on; else never.
  public func replaceThisProcess() -> ProcessError {
    let environment = childEnvironment()
    let path = environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) }
    guard let program = Executable.find(executable, path: path) else { return .notFound(executable) }
    if let directory, chdir(directory) != 0 { return .noDirectory(executable, directory: directory) }
    fflush(nil)
    // What is ignored here would be ignored there too.
    let pipe = signal(SIGPIPE, SIG_DFL)
    let code = withCStrings([executable] + arguments) { arguments in
      withCStrings(environment) { environment in
        execve(program, arguments, environment)
        return errno
      }
    }
    signal(SIGPIPE, pipe)
    return .notStarted(executable, errno: code)
  }
}
