@preconcurrency import Glibc
import Process

/// The keys by which machines are known again.
public enum HostKeys {
  /// The key that a machine shows now; `nil` where it shows none, or where a known one is wrong.
  ///
  /// `ssh` itself writes it to a file that is thrown away, so that names, ports, aliases and hashing are as it would
  /// write them.
  /// - Parameter algorithms: Of host keys; a server has one of several kinds. `nil`: what `ssh` likes best.
  static func shown(
    by destination: SSHDestination, machine: String, algorithms: String? = nil
  ) async throws -> HostKey? {
    guard let known = try await destination.settings().knownHosts else { return nil }
    return try await withScratchFolder { folder -> HostKey? in
      let file = "\(folder)/known_hosts"
      let kinds = algorithms.map { ["-o", "HostKeyAlgorithms=\($0)"] } ?? []
      _ = try await destination.knock(
        kinds + [
          "-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=\(file)", "-o", "UpdateHostKeys=no",
        ])
      guard let text = readSmallFile(file) else { return nil }
      // 256 SHA256:… name (ED25519)
      let lines = text.split(separator: "\n").map(String.init)
      let keys = try await fingerprints(text)
      guard let key = keys.first, !lines.isEmpty else { return nil }
      return HostKey(
        machine: machine, address: try await address(of: destination), type: key.type, fingerprint: key.fingerprint,
        lines: lines, file: expanded(known))
    }
  }

  /// Writes a key into the user's known_hosts, once the user has said that it is the machine's.
  ///
  /// The lines hold the key itself: what answers with another one later is refused.
  /// - Throws: `HostError.notWritable`.
  public static func accept(_ key: HostKey) throws(HostError) {
    func fail(_ cause: String) -> HostError { .notWritable(host: key.machine, path: key.file, cause: cause) }
    if let end = key.file.lastIndex(of: "/") { mkdir(String(key.file[..<end]), 0o700) }
    let descriptor = open(key.file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw fail(String(cString: strerror(errno))) }
    defer { Glibc.close(descriptor) }
    var text = key.lines.map { $0 + "\n" }.joined()
    // A last line without its break would swallow ours.
    var last: UInt8 = 0
    let size = lseek(descriptor, 0, SEEK_END)
    if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") { text = "\n" + text }
    let written = text.withUTF8 { write(descriptor, $0.baseAddress!, $0.count) }
    guard written == text.utf8.count else { throw fail(String(cString: strerror(errno))) }
  }

  struct Fingerprint: Sendable, Equatable {
    /// `SHA256:…`
    var fingerprint: String
    /// `ED25519`
    var type: String
  }

  /// Of lines as they stand in known_hosts or a `.pub` file.
  static func fingerprints(_ text: String) async throws -> [Fingerprint] {
    let output = try await Command("ssh-keygen", ["-l", "-E", "sha256", "-f", "-"], input: Array(text.utf8))
      .run(timeout: .seconds(10)).text
    return output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 3, let type = words.last else { return nil }
      return Fingerprint(fingerprint: String(words[1]), type: type.filter { $0 != "(" && $0 != ")" })
    }
  }

  /// As known_hosts names it.
  private static func address(of destination: SSHDestination) async throws -> String {
    let settings = try await destination.settings()
    return settings.port == "22" ? settings.host : "[\(settings.host)]:\(settings.port)"
  }

  private static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }
}
