import Process

/// What the user's SSH configuration makes of a destination, as `ssh -G` says it.
struct SSHSettings: Sendable, Equatable {
  var user = ""
  var host = ""
  var port = "22"
  /// Where a new host key goes.
  var knownHosts: String?

  /// - Parameter text: lines of a keyword in small letters and its value.
  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      let value = String(words[1])
      switch words[0] {
      case "user": user = value
      case "hostname": host = value
      case "port": port = value
      case "userknownhostsfile": knownHosts = value.split(separator: " ").first.map(String.init)
      default: break
      }
    }
  }
}

extension SSHDestination {
  /// - Throws: `ProcessError` where there is no `ssh`.
  func settings() async throws -> SSHSettings {
    SSHSettings(try await Command("ssh", options + ["-G", "--", host]).run(timeout: .seconds(10)).text)
  }

  /// Connects and asks to be let in by no method at all: only what comes before a login happens.
  ///
  /// - Parameter more: further options; the first value of an option counts, so they come in front.
  /// - Returns: What `ssh` wrote.
  func knock(_ more: [String]) async throws -> String {
    var command = Command("ssh", more)
    command.arguments += [
      "-T", "-o", "BatchMode=yes", "-o", "PreferredAuthentications=none", "-o", "ControlPath=none", "-o",
      "ConnectTimeout=10", "-o", "LogLevel=INFO", "-o", "VisualHostKey=no",
    ]
    command.arguments += options + ["--", host, "true"]
    command.isDetached = true
    command.environment["SSH_ASKPASS_REQUIRE"] = "never"
    return try await command.run(timeout: .seconds(20)).errorText
  }
}
