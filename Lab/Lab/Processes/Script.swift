import FoundationEssentials

/// Runs a POSIX shell script to its end; what it says goes to a log.
func runScript(_ name: String, _ script: String, _ arguments: [String], log: String) async throws {
  let shell = try ChildProcess(["sh", "-euc", "exec >>\"$0\" 2>&1 </dev/null\n\(script)", log] + arguments)
  guard try await shell.wait() == 0 else {
    let output = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    throw LabError.command(name, output.split(separator: "\n").suffix(15).joined(separator: "\n"))
  }
}
