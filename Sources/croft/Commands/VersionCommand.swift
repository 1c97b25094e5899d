import JSON

/// `croft version`
enum VersionCommand: Subcommand {
  /// The version of this program (https://semver.org).
  static let version = "0.1.0"

  static let spec = CommandSpec(
    name: "version", summary: "show the version", discussion: "Prints the version of croft.",
    examples: [.init("croft version", "for example: croft 0.1.0")])

  static func run(_ context: Context) -> ExitCode {
    context.output.line(
      context.format == .json ? JSON.object(.init([.init("version", .string(version))])).text : "croft \(version)")
    return .success
  }
}
