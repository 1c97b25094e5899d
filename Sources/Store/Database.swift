/// One SQLite file: transactions that survive `kill -9` and are safe between processes.
///
/// - The journal mode is WAL: readers do not wait for the writer, and a process that dies in the middle of a
///   transaction leaves nothing of it.
/// - `synchronous` is NORMAL: no commit waits for the disk, only checkpoints do. The end of the process loses nothing;
///   a power cut may lose the last commits, but never the order or the integrity of the rest. What is recorded here
///   is looked at again in the real world before it is relied on, so that is enough (https://sqlite.org/wal.html).
/// - Every transaction takes the write lock at its start. Another process waits up to `busyTimeout` for it; the
///   transactions here are short, so that in practice it waits for milliseconds.
public actor Database {
  public static let busyTimeout = Duration.seconds(5)

  private let connection: Connection

  /// Opens the file, and makes it (mode 0600) and missing folders on the way (mode 0700) where they are not there.
  /// - Parameter path: `:memory:` keeps everything in memory.
  public init(path: String) throws(StoreError) {
    connection = try Connection(path: path)
  }

  /// Runs one statement that gives no rows.
  /// - Returns: How many rows it inserted, changed or deleted.
  @discardableResult
  public func execute(_ sql: String, _ bindings: [Value] = []) throws(StoreError) -> Int {
    try connection.execute(sql, bindings)
  }

  /// Runs one statement and returns all its rows.
  public func query(_ sql: String, _ bindings: [Value] = []) throws(StoreError) -> [Row] {
    try connection.query(sql, bindings)
  }

  /// Everything in `body` happens, or, where it throws, nothing of it. One inside another is undone alone.
  ///
  /// `body` cannot wait for anything else, so nobody comes in between.
  public func transaction<Result: Sendable>(
    _ body: @Sendable (isolated Database) throws -> Result
  ) throws -> Result {
    try connection.begin()
    do {
      let result = try body(self)
      try connection.commit()
      return result
    } catch {
      connection.rollBack()
      throw error
    }
  }

  /// Brings the schema up to date: runs the steps that this file has not seen, in order, all or none.
  ///
  /// Step n takes the file from format n - 1 to n (`PRAGMA user_version`). Add steps, never change one.
  public func migrate(_ steps: [String]) throws {
    if try version() == steps.count { return }
    try transaction { database in
      // Looked at again under the write lock: another process may have done it meanwhile.
      let version = try database.version()
      guard version <= steps.count else {
        throw StoreError.newer(path: database.connection.path, version: version, known: steps.count)
      }
      for step in steps[version...] { try database.connection.script(step) }
      try database.connection.script("PRAGMA user_version = \(steps.count)")
    }
  }

  private func version() throws(StoreError) -> Int { try connection.query("PRAGMA user_version", [])[0][0].int! }
}
