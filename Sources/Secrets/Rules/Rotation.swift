public import Diagnostics
import YAML

/// `secrets/rotation.yaml`: when values were last changed, and until when they are good.
///
///     tailscale:
///       authkey: {changed: 2026-08-24, every: 90d}
///       oauth: {expires: 2027-01-31}
public struct Rotation: Sendable {
  /// What is known of one value.
  public struct Entry: Sendable, Equatable {
    public var secret: String
    public var key: String
    public var changed: Day?
    /// Days.
    public var every: Int?
    public var expires: Day?
    var span: SourceSpan
    var keySpan: SourceSpan

    /// The first day on which it is too late.
    public var due: Day? {
      let rotation = changed.flatMap { changed in every.map { Day(number: changed.number + $0) } }
      return [rotation, expires].compactMap { $0 }.min()
    }
  }

  public var entries: [Entry]
  /// What is wrong with the file, CR1007.
  public var problems: [Diagnostic]

  /// How many days before its time a value is spoken of.
  public static let notice = 14

  /// Reads the file; one that is not there has no entries.
  public static func read(_ path: String) throws(SecretsError) -> Rotation {
    try Rotation(try FileContent.readIfThere(path) ?? [], file: path)
  }

  init(_ content: [UInt8], file: String) throws(SecretsError) {
    entries = []
    problems = []
    let reading = Document.read(content, file: file)
    problems = reading.problems.map { Diagnostic("CR1007", .error, $0.message, at: $0.span, fix: $0.fix) }
    for document in reading.documents {
      for secret in document.entries {
        for key in secret.value.entries { read(secret, key) }
        if case .mapping = secret.value.content { continue }
        report("expected the keys of the secret '\(secret.key)'", secret.value.span, fix: Self.example)
      }
    }
  }

  private static let example = "write for example 'authkey: {changed: 2026-08-24, every: 90d}'"

  private mutating func report(_ message: String, _ span: SourceSpan, fix: String) {
    problems.append(Diagnostic("CR1007", .error, message, at: span, fix: fix))
  }

  private mutating func read(_ secret: Node.Entry, _ key: Node.Entry) {
    var entry = Entry(secret: secret.key, key: key.key, span: secret.keySpan, keySpan: key.keySpan)
    guard case .mapping(let fields) = key.value.content else {
      report("expected dates for '\(key.key)'", key.value.span, fix: Self.example)
      return
    }
    for field in fields {
      let text = field.value.scalar?.text ?? ""
      switch field.key {
      case "changed", "expires":
        guard let day = Day(text) else {
          report("'\(field.key)' is a day, such as 2026-08-24, not '\(text)'", field.value.span, fix: Self.example)
          continue
        }
        if field.key == "changed" { entry.changed = day } else { entry.expires = day }
      case "every":
        guard let days = Self.days(text) else {
          report("'every' is a time, such as 90d, 12w or 1y, not '\(text)'", field.value.span, fix: Self.example)
          continue
        }
        entry.every = days
      default:
        report(
          "there is no field '\(field.key)'", field.keySpan, fix: "a value has 'changed' and 'every', or 'expires'")
      }
    }
    if entry.every != nil, entry.changed == nil {
      report("'every' counts from 'changed', which is missing", key.keySpan, fix: Self.example)
    } else if entry.changed != nil || entry.expires != nil {
      entries.append(entry)
    }
  }

  /// The days of `90d`, `12w` or `1y`.
  public static func days(_ text: String) -> Int? {
    guard let unit = text.last, let count = Int(text.dropLast()), count > 0, count < 10_000,
      let days = ["d": 1, "w": 7, "y": 365][unit]
    else { return nil }
    return count * days
  }
}

// MARK: What is due

extension Rotation {
  /// A warning for each value that is due, or will be soon.
  public func warnings(today: Day) -> [Diagnostic] {
    entries.compactMap { entry in
      guard let due = entry.due, due.number - today.number <= Self.notice else { return nil }
      let days = due.number - today.number
      let name = "'\(entry.key)' of '\(entry.secret)'"
      let expires = entry.expires == due
      let message =
        if days > 0 {
          "\(name) \(expires ? "expires" : "is to be changed") on \(due), in \(Self.count(days))"
        } else if days == 0 {
          "\(name) \(expires ? "expires" : "is to be changed") today"
        } else {
          "\(name) \(expires ? "expired" : "was to be changed") on \(due), \(Self.count(-days)) ago"
        }
      return Diagnostic(
        "CR1005", .warning, message, at: entry.keySpan,
        fix: "make a new one and run 'croft secrets set \(entry.secret) \(entry.key)'"
          + (expires ? " --expires DATE" : ""))
    }
  }

  private static func count(_ days: Int) -> String { days == 1 ? "1 day" : "\(days) days" }
}

// MARK: Changing the file

extension Rotation {
  /// What to note of a value that was changed.
  public struct Change: Sendable {
    public var secret: String
    public var key: String
    /// As the user says it: `90d`; `nil` leaves what is there.
    public var every: String?
    public var expires: Day?
    public init(secret: String, key: String, every: String? = nil, expires: Day? = nil) {
      self.secret = secret
      self.key = key
      self.every = every
      self.expires = expires
    }
  }

  /// Notes that values were changed today. Only values that the file knows are noted, and those with dates of their own.
  /// - Returns: whether the file was written.
  public static func note(_ changes: [Change], today: Day, in path: String) throws(SecretsError) -> Bool {
    let content = try FileContent.readIfThere(path) ?? []
    let known = try Rotation(content, file: path)
    if let problem = known.problems.first { throw .syntax(file: path, message: problem.message) }
    var document = (try YAMLFile.read(content, file: path).first ?? Branch()).withPlainDays
    var hasChanged = false
    for change in changes {
      let entry = known.entries.first { $0.secret == change.secret && $0.key == change.key }
      guard entry?.changed != nil || change.every != nil || change.expires != nil else { continue }
      let place = ValuePath(keys: [change.secret, change.key])
      var fields = document.value(at: place)?.mapping ?? Branch()
      if entry?.changed != nil || change.every != nil { fields["changed"] = .time("\(today)") }
      if let every = change.every { fields["every"] = .text(every) }
      if let expires = change.expires { fields["expires"] = .time("\(expires)") }
      if document.value(at: place)?.mapping == fields { continue }
      hasChanged = document.set(.mapping(fields), at: place) || hasChanged
    }
    guard hasChanged else { return false }
    try FileContent.replace(path, with: Array(YAMLFile.write([document]).utf8))
    return true
  }
}

extension Branch {
  /// Days without the time of day that SOPS' reading gives them, and without quotes.
  fileprivate var withPlainDays: Branch {
    var branch = self
    for index in branch.items.indices {
      switch branch.items[index].value {
      case .text(let text), .time(let text):
        if let day = Day(text) { branch.items[index].value = .time("\(day)") }
      case .mapping(let inner): branch.items[index].value = .mapping(inner.withPlainDays)
      default: continue
      }
    }
    return branch
  }
}
