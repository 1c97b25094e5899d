/// A script for a machine's `sh`. It travels on standard input and is never an argument, so that it may hold secrets.
///
/// It runs in `/` with `LC_ALL=C`, its own standard input empty. It runs only when it arrived whole, and it is ended
/// with its children when the caller stops to wait: by time-out, by cancellation, or by dying.
public struct HostScript: Sendable {
  /// POSIX shell.
  public var text: String
  /// As root, through `sudo` where the login is another user.
  public var asRoot: Bool
  /// For all of it, with the connection.
  public var timeout: Duration
  /// What it does, for messages: `reading the facts`.
  public var label: String

  public init(_ text: String, asRoot: Bool = false, timeout: Duration = .seconds(60), label: String) {
    self.text = text
    self.asRoot = asRoot
    self.timeout = timeout
    self.label = label
  }
}

extension HostScript: CustomStringConvertible, CustomReflectable {
  /// The label: the text may hold secrets.
  public var description: String { label }
  public var customMirror: Mirror { Mirror(self, children: ["label": label]) }
}

/// What a script left behind.
public struct HostResult: Sendable, Equatable {
  /// 128 and the signal's number where a signal ended it.
  public var status: Int32
  /// Standard output, as it is.
  public var output: [UInt8]
  /// Standard error.
  public var errors: String

  public init(status: Int32, output: [UInt8] = [], errors: String = "") {
    self.status = status
    self.output = output
    self.errors = errors
  }

  public var isSuccess: Bool { status == 0 }
  public var text: String { String(decoding: output, as: UTF8.self) }
}

/// One line that a script wrote.
public struct HostLine: Sendable, Equatable {
  public enum Stream: Sendable, Equatable { case output, errors }
  public var stream: Stream
  /// Without its line break.
  public var text: String

  public init(stream: Stream, text: String) {
    self.stream = stream
    self.text = text
  }
}
