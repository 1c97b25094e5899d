@preconcurrency import Glibc
import Lab

// The lab as a program of its own: for the demo, and to try things by hand.

if CommandLine.arguments.dropFirst().contains(where: { ["--help", "-h", "help"].contains($0) }) {
  fputs("\(Arguments.usage)\n\(MachinesArguments.usage)", stdout)
  exit(0)
}

do {
  if CommandLine.arguments.dropFirst().first == "machines" {
    try await machines(try MachinesArguments(CommandLine.arguments.dropFirst(2)))
    exit(0)
  }
  let arguments = try Arguments(CommandLine.arguments.dropFirst())
  try await withThrowingTaskGroup { group in
    group.addTask { try await up(arguments) }
    group.addTask {
      await untilToldToEnd()
      throw CancellationError()
    }
    // Whoever is first ends the other; a control plane that could not start is an error.
    try await group.next()
  }
} catch is CancellationError {
  note("ended")
} catch let error as Arguments.Misuse {
  fputs("lab: \(error)\n\n\(Arguments.usage)\n\(MachinesArguments.usage)", stderr)
  exit(64)
} catch {
  note("\(error)")
  exit(1)
}
