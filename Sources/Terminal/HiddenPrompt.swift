@preconcurrency import Glibc

extension Prompt {
  /// Reads a line that the terminal does not show, such as a password. Ctrl-C ends the program with status 130.
  /// - Throws: `Failure.notInteractive`; `CancellationError`.
  public static func hidden(
    _ question: String, input: TerminalDevice = .standardInput, output: TerminalDevice = .standardError
  ) async throws -> String? {
    guard input.isTerminal, tcgetattr(input.descriptor, &shown) == 0 else { throw Failure.notInteractive }
    terminal = input.descriptor
    var quiet = shown
    quiet.c_lflag &= ~tcflag_t(ECHO)
    // A terminal that shows nothing must not be left behind.
    let handled = [SIGINT, SIGTERM, SIGHUP].map { number in
      let before = signal(number) { _ in
        tcsetattr(terminal, TCSAFLUSH, &shown)
        _exit(130)
      }
      return (number, before)
    }
    tcsetattr(input.descriptor, TCSAFLUSH, &quiet)
    defer {
      tcsetattr(input.descriptor, TCSAFLUSH, &shown)
      for (number, before) in handled { signal(number, before) }
      // The line break that was typed did not show either.
      _ = write(output.descriptor, "\n", 1)
    }
    return try await line(question, input: input, output: output)
  }
}

// For the signal handler, which can be handed nothing. Set before it is put in place, by the one prompt at a time.
private nonisolated(unsafe) var shown = termios()
private nonisolated(unsafe) var terminal: Int32 = STDIN_FILENO
