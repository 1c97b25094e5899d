import Blueprint
@preconcurrency import Glibc
import Rollout
import Terminal

/// What every command has at hand: the command line, where to write, and how.
struct Context: Sendable {
  var invocation: Invocation
  var output: Output
  var environment: [String: String]
  var clock: any Clock<Duration> = ContinuousClock()
  /// Seconds since 1970.
  var time: @Sendable () -> Double = Rollout.Environment.systemTime

  /// The manifests beside the cluster file.
  let manifests = Manifests()

  var format: OutputFormat { invocation.value("output").flatMap(OutputFormat.init) ?? .text }
  var isVerbose: Bool { invocation.has("verbose") }
  var glyphs: Glyphs { Glyphs.of { environment[$0] } }
  /// For standard output.
  var style: Style { style(for: .standardOutput) }
  /// For standard error.
  var errorStyle: Style { style(for: .standardError) }
  /// Whether a board can be drawn on standard output.
  var isLive: Bool {
    format == .text && TerminalDevice.standardOutput.isTerminal && environment["TERM"] != "dumb"
  }

  private func style(for device: TerminalDevice) -> Style {
    let choice = invocation.value("color").flatMap(ColorChoice.init) ?? .auto
    return Style(isColored: choice.isColored(onTerminal: device.isTerminal) { environment[$0] })
  }

  func error(_ text: String) { output.errorLine("\(errorStyle("error:", .bold, .red)) \(text)") }

  func warn(_ text: String) { output.errorLine("\(errorStyle("warning:", .bold, .yellow)) \(text)") }

  /// This process's environment.
  static func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "="), result[String(text[..<equals])] == nil {
        result[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return result
  }
}

/// Ends a command with words for the user.
struct Exit: Error {
  var code: ExitCode
  /// Empty where everything has been said.
  var message: String
  init(_ code: ExitCode, _ message: String = "") {
    self.code = code
    self.message = message
  }
}
