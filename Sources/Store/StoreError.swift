/// Why the database did not do what was asked. What was committed before stays committed in every case.
public enum StoreError: Error, Sendable, Equatable {
  /// The file or its folder cannot be made or opened.
  case cannotOpen(path: String, reason: String)
  case readOnly(path: String)
  case full(path: String)
  /// The file is damaged, or no SQLite database.
  case damaged(path: String, message: String)
  /// Another process was writing for longer than `after`.
  case busy(path: String, after: Duration)
  /// A newer version of this program has written the file.
  case newer(path: String, version: Int, known: Int)
  /// SQLite's own message about a statement: a constraint, a mistake in SQL, a read or write error.
  case statement(path: String, message: String, sql: String)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open \(path): \(reason); make the folder writable for this user, or choose another"
    case .readOnly(let path):
      "\(path) can be read but not written; make the file and its folder writable for this user "
        + "and check that the file system is not mounted read-only"
    case .full(let path):
      "there is no space left to write \(path); free some and run the same command again: "
        + "what was recorded until now is kept"
    case .damaged(let path, let message):
      "\(path) is damaged (\(message)); move it aside together with its -wal and -shm files, "
        + "for example to \(path).damaged, and run the same command again: a new one is made. "
        + "`sqlite3 \(path).damaged .recover` prints what can still be read"
    case .busy(let path, let duration):
      "another process was writing \(path) for more than \(duration); wait until it is done, "
        + "or end it if it hangs (`fuser \(path)` names it)"
    case .newer(let path, let version, let known):
      "\(path) was written by a newer version (format \(version), this one knows up to \(known)); "
        + "use that version, or move the file aside"
    case .statement(let path, let message, let sql):
      "\(path): \(message), in: \(sql)"
    }
  }
}
