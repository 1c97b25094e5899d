import Glibc

/// Who runs a workflow: written into the Lease, so that a second run can say who is at work.
public struct Holder: Sendable, Equatable, CustomStringConvertible {
  public var user: String
  public var host: String
  public var process: Int32
  /// Tells a process from a later one with the same number: when it started, in clock ticks since boot.
  public var started: String

  public init(user: String, host: String, process: Int32, started: String) {
    self.user = user
    self.host = host
    self.process = process
    self.started = started
  }

  /// `ann@nas, process 4711`
  public var description: String { "\(user)@\(host), process \(process)" }

  /// The form that is stored: `ann@nas/4711/88213`.
  var identity: String { "\(user)@\(host)/\(process)/\(started)" }

  init?(identity: String) {
    let parts = identity.split(separator: "/")
    let names = parts.first?.split(separator: "@", maxSplits: 1) ?? []
    guard parts.count == 3, names.count == 2, let process = Int32(parts[1]) else { return nil }
    self.init(user: String(names[0]), host: String(names[1]), process: process, started: String(parts[2]))
  }

  public static var current: Holder {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
    return Holder(user: user, host: host, process: getpid(), started: startTime(of: getpid()) ?? "0")
  }

  /// Whether this holder ran on this machine and its process is gone: what it held is free.
  var isGone: Bool { host == Holder.current.host && Holder.startTime(of: process) != started }

  /// Field 22 of /proc/PID/stat; `nil` where there is no such process, or only what is left of it (a zombie).
  private static func startTime(of process: Int32) -> String? {
    guard let bytes = Files().bytes("/proc/\(process)/stat") else { return nil }
    // The second field, the program's name, may hold anything; what follows its last parenthesis is regular.
    let rest = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    return rest.count > 19 && rest[0] != "Z" ? String(rest[19]) : nil
  }
}
