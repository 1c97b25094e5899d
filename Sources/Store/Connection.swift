import CSQLite
@preconcurrency import Glibc

/// A connection to one SQLite file and the statements prepared on it. Belongs to one actor.
final class Connection {
  let path: String
  private var handle: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]
  private var depth = 0

  init(path: String) throws(StoreError) {
    self.path = path
    if path != ":memory:" { try Self.prepareFile(path) }
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE
    guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else {
      let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      handle = nil
      throw .cannotOpen(path: path, reason: reason)
    }
    sqlite3_busy_timeout(handle, Int32(Database.busyTimeout.components.seconds * 1000))
    // A file system without shared memory keeps another mode here, and all of the promises.
    try script("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  // MARK: Statements

  func execute(_ sql: String, _ bindings: [Value]) throws(StoreError) -> Int {
    _ = try query(sql, bindings)
    return Int(sqlite3_changes64(handle))
  }

  func query(_ sql: String, _ bindings: [Value]) throws(StoreError) -> [Row] {
    let statement = try prepared(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    let wanted = Int(sqlite3_bind_parameter_count(statement))
    guard wanted == bindings.count else {
      throw .statement(path: path, message: "\(wanted) values are needed and \(bindings.count) are given", sql: sql)
    }
    for (index, value) in bindings.enumerated() {
      try check(value.bind(to: statement, at: Int32(index + 1)), sql)
    }
    let columns = (0..<sqlite3_column_count(statement)).map { String(cString: sqlite3_column_name(statement, $0)) }
    var rows: [Row] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        rows.append(
          Row(columns: columns, values: columns.indices.map { Value(column: Int32($0), of: statement) }))
      case SQLITE_DONE: return rows
      case let code: throw failure(code, sql)
      }
    }
  }

  /// Runs any number of statements without values.
  func script(_ sql: String) throws(StoreError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil), sql)
  }

  private func prepared(_ sql: String) throws(StoreError) -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    // The statements of a program are few; one that writes values into its SQL should not fill the memory.
    if statements.count >= 128 {
      for statement in statements.values { sqlite3_finalize(statement) }
      statements = [:]
    }
    var statement: OpaquePointer?
    var rest = ""
    let code = sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(handle, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
      if let tail { rest = String(cString: tail) }
      return code
    }
    try check(code, sql)
    guard let statement, rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
      sqlite3_finalize(statement)
      throw .statement(path: path, message: "expected exactly one statement", sql: sql)
    }
    statements[sql] = statement
    return statement
  }

  // MARK: Transactions

  func begin() throws(StoreError) {
    try script(depth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT nested\(depth)")
    depth += 1
  }

  func commit() throws(StoreError) {
    try script(depth == 1 ? "COMMIT" : "RELEASE nested\(depth - 1)")
    depth -= 1
  }

  /// Undoes the innermost transaction. SQLite has undone it already after some errors, such as a full disk.
  func rollBack() {
    depth -= 1
    if sqlite3_get_autocommit(handle) != 0 { return }
    sqlite3_exec(
      handle, depth == 0 ? "ROLLBACK" : "ROLLBACK TO nested\(depth); RELEASE nested\(depth)", nil, nil, nil)
  }

  // MARK: Errors

  private func check(_ code: Int32, _ sql: String) throws(StoreError) {
    if code != SQLITE_OK { throw failure(code, sql) }
  }

  private func failure(_ code: Int32, _ sql: String) -> StoreError {
    let message = String(cString: sqlite3_errmsg(handle))
    return switch code & 0xff {
    case SQLITE_FULL: .full(path: path)
    case SQLITE_READONLY: .readOnly(path: path)
    case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged(path: path, message: message)
    case SQLITE_BUSY: .busy(path: path, after: Database.busyTimeout)
    case SQLITE_CANTOPEN: .cannotOpen(path: path, reason: message)
    case SQLITE_IOERR where errno == ENOSPC || errno == EDQUOT: .full(path: path)
    default: .statement(path: path, message: message, sql: sql)
    }
  }
}
