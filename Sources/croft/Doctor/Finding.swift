import JSON

/// One thing that was looked at, and how it is.
struct Finding: Sendable, Equatable {
  enum Level: String, Sendable { case ok, warning, error }
  /// `helm`, `cluster`, `state`
  var subject: String
  var level: Level
  /// `3.18.4 in /usr/bin/helm`
  var message: String
  /// What makes it better; a command where there is one.
  var fix: String?

  init(_ subject: String, _ level: Level, _ message: String, fix: String? = nil) {
    self.subject = subject
    self.level = level
    self.message = message
    self.fix = fix
  }

  var json: JSON {
    [
      "subject": .string(subject), "level": .string(level.rawValue), "message": .string(message),
      "fix": fix.map { .string($0) } ?? .null,
    ]
  }
}
