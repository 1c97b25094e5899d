/// A program to run, with everything it gets. Arguments never carry secrets; those go on standard input.
public struct Command: Sendable {
  /// A path, or a name looked up in PATH.
  public var executable: String
  public var arguments: [String]
  /// Added to this process's environment; `nil` removes a variable.
  public var environment: [String: String?]
  public var directory: String?
  public var input: [UInt8]
  /// Runs in a session of its own, so without a terminal: nothing in it can ask the user.
  public var isDetached = false

  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String?] = [:],
    directory: String? = nil, input: [UInt8] = []
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.input = input
  }
}

/// What a program left behind when it ended.
public struct CommandOutput: Sendable {
  public enum Status: Sendable, Equatable { case exited(Int32), signaled(Int32) }
  public var status: Status
  public var standardOutput: [UInt8]
  public var standardError: [UInt8]
  public init(status: Status, standardOutput: [UInt8], standardError: [UInt8]) {
    self.status = status
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
  public var isSuccess: Bool { status == .exited(0) }
  public var text: String { String(decoding: standardOutput, as: UTF8.self) }
  public var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

extension CommandOutput: CustomStringConvertible {
  /// `exited(1)`, then what was written to both outputs, for messages and test reports.
  public var description: String {
    ["\(status)", text, errorText].filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
