@preconcurrency import Glibc

extension Command {
  /// Runs a program that talks with the user, such as an editor: on this process's own terminal, to its end.
  ///
  /// Ctrl-C and Ctrl-\ are the program's meanwhile; this process does not see them. ``input`` is not used.
  /// - Throws: `ProcessError`.
  public func runInForeground() async throws(ProcessError) -> CommandOutput.Status {
    let interrupt = signal(SIGINT, SIG_IGN)
    let quit = signal(SIGQUIT, SIG_IGN)
    defer {
      signal(SIGINT, interrupt)
      signal(SIGQUIT, quit)
    }
    let pid = try spawn(input: STDIN_FILENO, output: STDOUT_FILENO, error: STDERR_FILENO, leadsGroup: false)
    return await withCheckedContinuation { continuation in
      // Waiting blocks, so it has a thread of its own.
      let wait: @Sendable () -> Void = {
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        continuation.resume(returning: raw & 0x7F == 0 ? .exited((raw >> 8) & 0xFF) : .signaled(raw & 0x7F))
      }
      do throws(SpawnFailure) { try startThread(wait) } catch { wait() }
    }
  }
}
