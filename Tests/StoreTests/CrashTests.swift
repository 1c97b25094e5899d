@preconcurrency import Glibc
import Process
import Store
import Testing

/// The program that the tests below start and kill: this very test bundle, told by its environment what to write.
private let writerPath = getenv("CROFT_STORE_WRITER").map { String(cString: $0) }

@Suite(.enabled(if: writerPath != nil, "only in the process that a crash test starts"))
struct CrashTestWriter {
  /// Writes pairs for ever; after each commit its number goes to the file beside the database.
  @Test func write() async throws {
    let path = try #require(writerPath)
    let name = String(getpid())
    let log = open("\(path).\(name).log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let database = try Database(path: path)
    try await database.migrate([
      "CREATE TABLE debit (writer TEXT, n INTEGER, PRIMARY KEY (writer, n)) WITHOUT ROWID",
      "CREATE TABLE credit (writer TEXT, n INTEGER, padding BLOB, PRIMARY KEY (writer, n)) WITHOUT ROWID",
    ])
    let limit = getenv("CROFT_STORE_LIMIT").flatMap { Int(String(cString: $0)) } ?? .max
    var number = 0
    while number < limit {
      number += 1
      let n = number
      try await database.transaction { database in
        try database.execute("INSERT INTO debit VALUES (?, ?)", [.text(name), .int(n)])
        try database.execute("INSERT INTO credit VALUES (?, ?, zeroblob(?))", [.text(name), .int(n), .int(n % 3000)])
      }
      let line = "\(n)\n"
      Glibc.write(log, line, line.utf8.count)
    }
  }
}

@Suite(.timeLimit(.minutes(5)), .enabled(if: writerPath == nil))
struct CrashTests {
  private func startWriter(_ path: String, limit: Int? = nil) throws -> RunningProcess {
    let arguments = CommandLine.arguments
    // `swift test` runs the bundle itself on Linux; the first argument is its path.
    return try Command(
      arguments[0], ["--testing-library", "swift-testing", "--filter", "StoreTests.CrashTestWriter"],
      environment: ["CROFT_STORE_WRITER": path, "CROFT_STORE_LIMIT": limit.map(String.init)]
    ).start(standardOutput: .file("\(path).output"), standardError: .file("\(path).output"))
  }

  private func lastCommit(_ path: String, _ pid: Int32) -> Int {
    guard let file = fopen("\(path).\(pid).log", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    var last = 0
    while fgets(&line, 64, file) != nil {
      last = Int(String(decoding: line.prefix { $0 != 10 }.map(UInt8.init), as: UTF8.self)) ?? last
    }
    return last
  }

  @Test func killedInTheMiddleOfWritesItLosesNoCommitAndKeepsNoHalf() async throws {
    try await withFolder { folder in
      let path = "\(folder)/journal.db"
      var total = 0
      for round in 1...12 {
        let writer = try startWriter(path)
        // A different moment each round, and only once it really writes.
        while lastCommit(path, writer.pid) < round * 7, writer.isRunning {
          try await Task.sleep(for: .milliseconds(3), clock: .continuous)
        }
        #expect(await writer.kill() == .signaled(SIGKILL))
        let committed = lastCommit(path, writer.pid)
        #expect(committed >= round * 7)

        let database = try Database(path: path)
        #expect(try await database.query("PRAGMA integrity_check")[0][0] == "ok")
        let name = Value.text(String(writer.pid))
        let debits = try await database.query("SELECT n FROM debit WHERE writer = ? ORDER BY n", [name])
        let credits = try await database.query("SELECT n FROM credit WHERE writer = ? ORDER BY n", [name])
        #expect(debits == credits)
        // The last one may have been committed just before it could say so.
        #expect(debits.count == committed || debits.count == committed + 1)
        #expect(debits.map { $0[0].int } == Array(1...debits.count))
        total += debits.count
        #expect(try await database.query("SELECT count(*) FROM debit")[0][0] == .int(total))
      }
    }
  }

  @Test func severalProcessesWriteAtOnce() async throws {
    try await withFolder { folder in
      let path = "\(folder)/journal.db"
      // All of them find no file and make it at once.
      let writers = try (0..<4).map { _ in try startWriter(path, limit: 200) }
      for writer in writers { #expect(try await writer.wait() == .exited(0)) }
      let database = try Database(path: path)
      let counts = try await database.query("SELECT writer, count(*) AS c FROM credit GROUP BY writer")
      #expect(counts.map { $0["c"] } == [200, 200, 200, 200])
      #expect(try await database.query("PRAGMA integrity_check")[0][0] == "ok")
    }
  }
}
