@preconcurrency import Glibc
import Store
import Testing

func withFolder(_ body: (String) async throws -> Void) async throws {
  var name = Array("/tmp/croft-store-XXXXXX".utf8CString)
  _ = mkdtemp(&name)
  let folder = String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)
  defer { removeFolder(folder) }
  try await body(folder)
}

private func removeFolder(_ folder: String) {
  guard let entries = opendir(folder) else { return }
  while let entry = readdir(entries) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name == "." || name == ".." { continue }
    let path = "\(folder)/\(name)"
    if unlink(path) != 0 { removeFolder(path) }
  }
  closedir(entries)
  rmdir(folder)
}

private func mode(_ path: String) -> UInt32 {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
}

@Suite(.timeLimit(.minutes(5)))
struct DatabaseTests {
  @Test func keepsEveryKindOfValue() async throws {
    let database = try Database(path: ":memory:")
    try await database.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
    let values: [Value] = [
      .null, .int(.max), .double(0.1), .text("ä\0🦆"), .text(""), .blob([0, 255]), .blob([]),
    ]
    #expect(try await database.execute("INSERT INTO t VALUES (?,?,?,?,?,?,?)", values) == 1)
    let rows = try await database.query("SELECT * FROM t")
    #expect(rows == [Row(columns: ["a", "b", "c", "d", "e", "f", "g"], values: values)])
    #expect(rows[0]["b"].int == .max)
    #expect(rows[0]["a"].isNull)
    #expect(rows[0]["d"].text == "ä\0🦆")
    #expect(rows[0]["f"].blob == [0, 255])
  }

  @Test func aTransactionIsAllOrNothing() async throws {
    struct Stop: Error {}
    let database = try Database(path: ":memory:")
    try await database.execute("CREATE TABLE t (n INTEGER UNIQUE)")
    await #expect(throws: Stop.self) {
      try await database.transaction { database in
        try database.execute("INSERT INTO t VALUES (1)")
        throw Stop()
      }
    }
    #expect(try await database.query("SELECT * FROM t").isEmpty)
    let count = try await database.transaction { database in
      try database.execute("INSERT INTO t VALUES (1)")
      // Undone alone.
      #expect(throws: StoreError.self) {
        try database.transaction { database in
          try database.execute("INSERT INTO t VALUES (2)")
          try database.execute("INSERT INTO t VALUES (1)")
        }
      }
      try database.transaction { _ = try $0.execute("INSERT INTO t VALUES (3)") }
      return try database.query("SELECT n FROM t ORDER BY n").map { $0[0].int }
    }
    #expect(count == [1, 3])
    #expect(try await database.query("SELECT count(*) AS c FROM t")[0]["c"] == 2)
  }

  @Test func reportsSQLitesMessage() async throws {
    let database = try Database(path: ":memory:")
    try await database.execute("CREATE TABLE t (n INTEGER NOT NULL)")
    await #expect(
      throws: StoreError.statement(
        path: ":memory:", message: "NOT NULL constraint failed: t.n", sql: "INSERT INTO t VALUES (?)")
    ) { try await database.execute("INSERT INTO t VALUES (?)", [.null]) }
    await #expect(throws: StoreError.self) { try await database.execute("SELECT 1; SELECT 2") }
    await #expect(throws: StoreError.self) { try await database.execute("INSERT INTO t VALUES (?)") }
    await #expect(throws: StoreError.self) { try await database.query("SELEKT") }
    // A statement that went wrong can be used again.
    try await database.execute("INSERT INTO t VALUES (?)", [7])
    #expect(try await database.query("SELECT n FROM t")[0][0] == 7)
  }

  @Test func foreignKeysHold() async throws {
    let database = try Database(path: ":memory:")
    try await database.migrate(["CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)"])
    await #expect(throws: StoreError.self) { try await database.execute("INSERT INTO b VALUES (9)") }
  }

  @Test func migratesStepByStepAndOnlyOnce() async throws {
    try await withFolder { folder in
      let path = "\(folder)/journal.db"
      let first = ["CREATE TABLE t (n); INSERT INTO t VALUES (1);"]
      let second = first + ["ALTER TABLE t ADD COLUMN m; UPDATE t SET m = n * 10;"]
      do {
        let database = try Database(path: path)
        try await database.migrate(first)
        try await database.migrate(first)
        #expect(try await database.query("SELECT * FROM t").count == 1)
      }
      let database = try Database(path: path)
      // A step that fails leaves the file as it was.
      await #expect(throws: StoreError.self) {
        try await database.migrate(second + ["CREATE TABLE u (n); SELEKT"])
      }
      #expect(try await database.query("SELECT * FROM t")[0].columns == ["n"])
      try await database.migrate(second)
      #expect(try await database.query("SELECT m FROM t")[0][0] == 10)
      await #expect(throws: StoreError.newer(path: path, version: 2, known: 1)) { try await database.migrate(first) }
    }
  }

  @Test func onlyTheUserCanReadTheFile() async throws {
    try await withFolder { folder in
      let path = "\(folder)/state/croft/journal.db"
      let database = try Database(path: path)
      try await database.execute("CREATE TABLE t (n)")
      #expect(mode(path) == 0o600)
      #expect(mode("\(path)-wal") == 0o600)
      #expect(mode("\(path)-shm") == 0o600)
      #expect(mode("\(folder)/state") == 0o700)
      #expect(mode("\(folder)/state/croft") == 0o700)
    }
  }

  @Test func commitsThroughTheWriteAheadLog() async throws {
    try await withFolder { folder in
      let database = try Database(path: "\(folder)/a.db")
      #expect(try await database.query("PRAGMA journal_mode")[0][0] == "wal")
      #expect(try await database.query("PRAGMA synchronous")[0][0] == 1)
    }
  }

  @Test func saysThatTheDiskIsFullAndGoesOnAfterwards() async throws {
    try await withFolder { folder in
      let path = "\(folder)/a.db"
      let database = try Database(path: path)
      try await database.execute("CREATE TABLE t (n)")
      try await database.execute("INSERT INTO t VALUES (1)")
      _ = try await database.query("PRAGMA max_page_count = 8")
      await #expect(throws: StoreError.full(path: path)) {
        try await database.transaction { database in
          for _ in 0..<100 { try database.execute("INSERT INTO t VALUES (zeroblob(4000))") }
        }
      }
      #expect(try await database.query("SELECT n FROM t") == [Row(columns: ["n"], values: [1])])
      _ = try await database.query("PRAGMA max_page_count = 800")
      try await database.transaction { _ = try $0.execute("INSERT INTO t VALUES (zeroblob(40000))") }
      #expect(try await database.query("SELECT n FROM t").count == 2)
    }
  }

  @Test func saysThatTheFileIsDamaged() async throws {
    try await withFolder { folder in
      let path = "\(folder)/a.db"
      let file = try #require(fopen(path, "w"))
      fputs(String(repeating: "this is no database ", count: 100), file)
      fclose(file)
      let error = #expect(throws: StoreError.self) { _ = try Database(path: path) }
      #expect(error == .damaged(path: path, message: "file is not a database"))
      #expect(error?.description.contains("move it aside") == true)
    }
  }

  @Test func saysWhyItCannotOpen() async throws {
    try await withFolder { folder in
      let file = try #require(fopen("\(folder)/file", "w"))
      fclose(file)
      let error = #expect(throws: StoreError.self) { _ = try Database(path: "\(folder)/file/sub/a.db") }
      guard case .cannotOpen(_, let reason) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("\(folder)/file"))
    }
  }
}
