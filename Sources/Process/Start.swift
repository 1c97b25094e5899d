import CProcess
@preconcurrency import Glibc

/// Where a long-lived program writes.
public enum ProcessOutput: Sendable, Equatable {
  /// Where this process writes.
  case inherit
  case discard
  /// Appended to this file, which is made with mode 0600 where it is missing: a log may hold secrets.
  case file(String)
}

extension Command {
  /// Starts a program that runs beside this one, such as a server.
  /// - Throws: `ProcessError`.
  public func start(
    standardOutput: ProcessOutput = .discard, standardError: ProcessOutput = .discard
  ) throws(ProcessError) -> RunningProcess {
    try start(.to(standardOutput), .to(standardError))
  }

  enum Sink {
    case collect
    case to(ProcessOutput)
  }

  func start(
    _ output: Sink, _ error: Sink, listener: ProcessListener? = nil
  ) throws(ProcessError) -> RunningProcess {
    do {
      return try startThrowing(output, error, listener)
    } catch let failure as SpawnFailure {
      throw .notStarted(executable, errno: failure.code)
    } catch let error as ProcessError {
      throw error
    } catch {
      throw .notStarted(executable, errno: EINVAL)
    }
  }

  private func startThrowing(_ output: Sink, _ error: Sink, _ listener: ProcessListener?) throws -> RunningProcess {
    // The program's ends are closed here in any case; ours only where the program did not start.
    var theirs: [Int32] = []
    var ours: [Int32] = []
    defer { theirs.forEach { close($0) } }
    do {
      let inputs: (theirs: Int32, ours: Int32)
      if input.isEmpty, listener == nil {
        inputs = (try openFile("/dev/null", O_RDONLY), -1)
      } else {
        let pipe = try Pipe()
        inputs = (pipe.read, pipe.write)
        ours.append(pipe.write)
      }
      theirs.append(inputs.theirs)
      let outputs = try open(output, standard: STDOUT_FILENO)
      theirs.append(outputs.theirs)
      if outputs.ours >= 0 { ours.append(outputs.ours) }
      let errors = try open(error, standard: STDERR_FILENO)
      theirs.append(errors.theirs)
      if errors.ours >= 0 { ours.append(errors.ours) }
      let wake = try Pipe()
      ours += [wake.read, wake.write]
      setNonBlocking(wake.write)

      let pid = try spawn(input: inputs.theirs, output: outputs.theirs, error: errors.theirs)
      do {
        let exit = croft_pidfd_open(pid, 0)
        guard exit >= 0 else { throw SpawnFailure(code: errno) }
        ours.append(exit)
        let process = RunningProcess(pid: pid, name: executable, wake: wake.write)
        let supervisor = Supervisor(
          process: process, exit: exit, wake: wake.read,
          input: PipeWriter(descriptor: inputs.ours, bytes: input, isLast: listener == nil),
          output: PipeReader(descriptor: outputs.ours), error: PipeReader(descriptor: errors.ours),
          listener: listener)
        try startThread {
          var supervisor = supervisor
          supervisor.run()
        }
        return process
      } catch {
        // Nobody would watch it.
        kill(-pid, SIGKILL)
        var raw: Int32 = 0
        waitpid(pid, &raw, 0)
        throw error
      }
    } catch {
      ours.forEach { close($0) }
      throw error
    }
  }

  private func open(_ sink: Sink, standard: Int32) throws(SpawnFailure) -> (theirs: Int32, ours: Int32) {
    switch sink {
    case .collect:
      let pipe = try Pipe()
      return (pipe.write, pipe.read)
    case .to(.discard):
      return (try openFile("/dev/null", O_WRONLY), -1)
    case .to(.inherit):
      let copy = fcntl(standard, F_DUPFD_CLOEXEC, 3)
      return copy >= 0 ? (copy, -1) : (try openFile("/dev/null", O_WRONLY), -1)
    case .to(.file(let path)):
      return (try openFile(path, O_WRONLY | O_CREAT | O_APPEND), -1)
    }
  }

  private func openFile(_ path: String, _ flags: Int32) throws(SpawnFailure) -> Int32 {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SpawnFailure(code: errno) }
    return try Pipe.aboveStandard(descriptor)
  }
}
