import Process

/// Runs a POSIX shell script to its end.
/// - Throws: `LabError.command` with what the script said, where it ended with an error.
@discardableResult
func runScript(_ name: String, _ script: String, _ arguments: [String] = []) async throws -> CommandOutput {
  try await runCommand(name, Command("sh", ["-euc", script, name] + arguments))
}

@discardableResult
func runCommand(_ name: String, _ command: Command) async throws -> CommandOutput {
  let output = try await command.run()
  guard output.isSuccess else { throw LabError.command(name, output.errorText + output.text) }
  return output
}
