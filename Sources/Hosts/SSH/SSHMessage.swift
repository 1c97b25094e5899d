/// What `ssh` says when there is no session, read. Its messages are in English whatever the language is.
enum SSHMessage: Sendable, Equatable {
  case unknownKey
  /// `seen` is a fingerprint; `file` and `line` say where the other one is.
  case changedKey(seen: String, file: String, line: Int)
  case refused(methods: [String], remarks: [String])
  /// `cause` is what `ssh` said last.
  case noConnection(cause: String)

  init(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(line).trimmingSuffix { $0.isWhitespace }
    }
    if text.contains("IDENTIFICATION HAS CHANGED"), let place = Self.place(lines) {
      let seen = lines.firstIndex { $0.hasPrefix("The fingerprint for the") }.map { lines.index(after: $0) }
      let fingerprint = seen.flatMap { $0 < lines.endIndex ? lines[$0] : nil } ?? "of another machine"
      self = .changedKey(
        seen: fingerprint.last == "." ? String(fingerprint.dropLast()) : fingerprint, file: place.file,
        line: place.line)
    } else if text.contains("Host key verification failed") {
      self = .unknownKey
    } else if let line = lines.last(where: { $0.contains("Permission denied (") }) {
      let methods = line.split(separator: "(").last?.prefix { $0 != ")" } ?? ""
      let remarks = lines.filter { line in
        Self.remarks.contains { line.contains($0) }
      }
      self = .refused(methods: methods.split(separator: ",").map(String.init), remarks: remarks)
    } else if let line = lines.last(where: { $0.contains("Too many authentication failures") }) {
      self = .refused(methods: [], remarks: [line])
    } else {
      let telling = lines.filter { !$0.hasPrefix("Warning: Permanently added") && !$0.isEmpty }
      // Behind a jump host the first reason is the real one.
      let cause = telling.first { line in Self.causes.contains { line.contains($0) } } ?? telling.last
      self = .noConnection(cause: cause ?? "ssh ended without a word")
    }
  }

  /// The connection is there, but the part of `ssh` that keeps it did not answer the other one in time: this computer
  /// is very busy. Nothing was sent through it.
  static func isOfSlowClient(_ text: String) -> Bool { text.contains("Failed to connect to new control master") }

  /// Why a key was not tried, or not taken.
  private static let remarks = ["Load key", "sign_and_send_pubkey", "UNPROTECTED", "no such identity", "agent refused"]

  private static let causes = [
    "Could not resolve", "Connection refused", "Connection timed out", "No route to host", "Network is unreachable",
    "Operation timed out", "Bad configuration option", "no matching", "Connection reset", "Connection closed",
    "open failed",
  ]

  /// `Offending ED25519 key in /root/.ssh/known_hosts:3`
  private static func place(_ lines: [String]) -> (file: String, line: Int)? {
    for line in lines where line.hasPrefix("Offending") {
      guard let start = line.range(of: " in "), let colon = line.lastIndex(of: ":") else { continue }
      guard start.upperBound < colon, let number = Int(line[line.index(after: colon)...]) else { continue }
      return (String(line[start.upperBound..<colon]), number)
    }
    return nil
  }

  /// What to do about it.
  static func fix(for cause: String) -> String {
    if cause.contains("Could not resolve") { return "correct the name, or give the node's address" }
    if cause.contains("Connection refused") {
      return "start its SSH server (apt-get install openssh-server), or correct the port"
    }
    if cause.contains("no matching") { return "update the SSH server; it and this ssh have no algorithm in common" }
    if cause.contains("Bad configuration option") { return "correct your SSH configuration" }
    return "look whether it is on and in the network, and whether a firewall is between"
  }
}

extension String {
  func trimmingSuffix(_ drop: (Character) -> Bool) -> String {
    var result = Substring(self)
    while let last = result.last, drop(last) { result.removeLast() }
    return String(result)
  }
}

extension String {
  /// The first place of a text in this one.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
