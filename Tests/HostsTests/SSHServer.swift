@preconcurrency import Glibc
import Hosts
import Process
import Testing

/// A real SSH server of this machine on a loopback port, with its own host key, and a client's configuration that
/// knows it.
struct SSHServer: Sendable {
  /// Of the server and of the client.
  let folder: String
  let port: Int
  private let process: RunningProcess

  static let program = "/usr/sbin/sshd"
  static var isRoot: Bool { getuid() == 0 }
  /// Users, sudo and owners of files need root.
  static var isComplete: Bool { isRoot && access(program, X_OK) == 0 && access("/usr/bin/sudo", X_OK) == 0 }

  /// The client's `ssh -F`.
  var configuration: String { "\(folder)/client" }
  var knownHosts: String { "\(folder)/known_hosts" }
  var log: String { (try? text("log")) ?? "" }
  /// Connections that came so far.
  var connections: Int { log.split(whereSeparator: \.isNewline).count { $0.hasPrefix("Accepted publickey") } }

  var destination: SSHDestination {
    SSHDestination(host: "127.0.0.1", port: port, configuration: configuration)
  }

  func text(_ name: String) throws -> String { try readText("\(folder)/\(name)") }

  func fingerprint(_ key: String = "host") async throws -> String {
    let line = try await Command("ssh-keygen", ["-l", "-f", "\(folder)/\(key).pub"]).run().text
    return String(line.split(separator: " ")[1])
  }

  /// Makes the server's host key known to the client, or another one in its place.
  func know(_ key: String = "host") throws {
    let words = try text("\(key).pub").split(separator: " ")
    try writeText("[127.0.0.1]:\(port) \(words[0]) \(words[1])\n", to: knownHosts)
  }

  @TaskLocal private static var hasTurn = false
  private static let turns = Turns(4)

  /// - Parameters:
  ///   - settings: Lines of sshd_config.
  ///   - client: Lines of the client's configuration, in front.
  ///   - users: Whether there are the users of `SSHUsers`; needs root.
  static func with<Result>(
    settings: [String] = [], client: [String] = [], users: Bool = false, known: Bool = true,
    _ body: (SSHServer) async throws -> Result
  ) async throws -> Result {
    // Dozens of servers at once would only make each other late; one inside another has the turn already.
    if !hasTurn {
      await turns.enter()
      defer { turns.leave() }
      return try await $hasTurn.withValue(true) {
        try await with(settings: settings, client: client, users: users, known: known, body)
      }
    }
    let folder = try makeFolder()
    var process: RunningProcess?
    do {
      let server = try await start(folder, settings, client, users) { process = $0 }
      if known { try server.know() }
      let result = try await body(server)
      await process?.terminate()
      try await remove(folder)
      return result
    } catch {
      await process?.terminate()
      try? await remove(folder)
      throw error
    }
  }

  private static func start(
    _ folder: String, _ settings: [String], _ client: [String], _ users: Bool, _ started: (RunningProcess) -> Void
  ) async throws -> SSHServer {
    for key in ["host", "other", "user"] {
      let made = try await Command(
        "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", "\(folder)/\(key)"]
      )
      .run()
      try #require(made.isSuccess, "\(made)")
    }
    try writeText(try readText("\(folder)/user.pub"), to: "\(folder)/authorized_keys")
    let port = try freePort()
    let server = [
      "Port \(port)", "ListenAddress 127.0.0.1", "HostKey \(folder)/host", "PidFile none", "StrictModes no",
      "AuthorizedKeysFile \(folder)/authorized_keys", "UsePAM no", "MaxStartups 100", "LogLevel VERBOSE",
      "PasswordAuthentication no", "KbdInteractiveAuthentication no",
    ]
    try writeText((settings + server).joined(separator: "\n") + "\n", to: "\(folder)/server")
    let ours =
      client + [
        "IdentityFile \(folder)/user", "IdentitiesOnly yes", "IdentityAgent none",
        "UserKnownHostsFile \(folder)/known_hosts", "GlobalKnownHostsFile /dev/null",
      ]
    try writeText(ours.joined(separator: "\n") + "\n", to: "\(folder)/client")
    // Where sshd separates its privileges; Debian makes it when its service starts.
    if isRoot { mkdir("/run/sshd", 0o755) }
    var command = Command(program, ["-D", "-e", "-f", "\(folder)/server"])
    if users { command = try await SSHUsers.surround(command, folder: folder) }
    let process = try command.start(standardError: .file("\(folder)/log"))
    started(process)
    let result = SSHServer(folder: folder, port: port, process: process)
    try await eventually("sshd listens: \(result.log)") { result.log.contains("Server listening") }
    return result
  }
}

/// Waits until something has become true, for at most half a minute.
func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), _ isTrue: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let end = clock.now + limit
  while !(try await isTrue()) {
    try #require(clock.now < end, "\(what())")
    try await clock.sleep(for: .milliseconds(20))
  }
}

func makeFolder() throws -> String {
  var template = Array("/tmp/croft-hosts-XXXXXX".utf8CString)
  let path = String(cString: try #require(mkdtemp(&template)))
  // Users who log in read their authorized_keys here.
  chmod(path, 0o755)
  return path
}

func remove(_ folder: String) async throws { _ = try await Command("rm", ["-rf", "--", folder]).run() }

func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  return try withUnsafeMutablePointer(to: &address) { pointer in
    try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
      try #require(bind(descriptor, pointer, length) == 0)
      try #require(getsockname(descriptor, pointer, &length) == 0)
    }
    return Int(UInt16(bigEndian: pointer.pointee.sin_port))
  }
}

struct Unreadable: Error {
  var path: String
}

func readText(_ path: String) throws -> String {
  guard let file = fopen(path, "re") else { throw Unreadable(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return String(decoding: bytes, as: UTF8.self)
}

func writeText(_ text: String, to path: String) throws {
  let file = try #require(fopen(path, "we"), "\(path) can be written")
  defer { fclose(file) }
  let bytes = Array(text.utf8)
  try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
}

/// Command lines of all processes that hold a word.
func processes(with word: String) -> [Int32] {
  guard let folder = opendir("/proc") else { return [] }
  defer { closedir(folder) }
  var found: [Int32] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard let pid = Int32(name), pid != getpid() else { continue }
    if let line = try? readText("/proc/\(name)/cmdline"), line.contains(word) { found.append(pid) }
  }
  return found
}
