import FoundationEssentials
import Glibc
import Process

extension Machine {
  /// Whether the power is on.
  public var isOn: Bool {
    guard let supervisor, let line = try? Data(contentsOf: URL(filePath: "/proc/\(supervisor)/cmdline")) else {
      return false
    }
    return line.split(separator: 0).contains { $0.elementsEqual(folder.utf8) }
  }

  /// Presses the power button where it is off, and returns when it lets `pi` in by SSH.
  public func powerOn(timeout: Duration = .seconds(120), clock: any Clock<Duration> = ContinuousClock()) async throws {
    try await runCommand("switch on \(name)", Command(Machines.script("run"), [folder]))
    try await untilReady(timeout: timeout, clock: clock)
  }

  /// Shuts it down in good order, and returns when it is off.
  public func powerOff() async throws {
    guard isOn else { return }
    try await run("systemctl poweroff")
    try await untilOff()
  }

  /// Pulls the plug. What its disk was told stays; nothing inside is asked.
  public func cutPower() async throws {
    guard let supervisor, isOn else { return }
    kill(supervisor, SIGTERM)
    try await untilOff()
  }

  /// Reboots it from inside, and returns when it lets `pi` in by SSH again.
  public func reboot(timeout: Duration = .seconds(120), clock: any Clock<Duration> = ContinuousClock()) async throws {
    let before = try await bootID
    try await run("systemctl reboot")
    try await poll("it was told to reboot", timeout, clock) { (try? await bootID).map { $0 != before } ?? false }
    try await untilReady(timeout: timeout, clock: clock)
  }

  /// Returns when it lets `pi` in by SSH.
  public func untilReady(
    timeout: Duration = .seconds(120), clock: any Clock<Duration> = ContinuousClock()
  ) async throws {
    try await poll("no answer by SSH", timeout, clock) { try await ssh("true", user: "pi").run().isSuccess }
  }

  /// Returns when it is off and nothing of it runs any more: after `systemctl poweroff`, for example.
  public func untilOff() async throws {
    try await runCommand("\(name) going off", Command("flock", ["--timeout", "90", "\(folder)/lock", "true"]))
  }

  private var supervisor: pid_t? {
    let text = try? String(contentsOfFile: "\(folder)/supervisor.pid", encoding: .utf8)
    return text?.split(separator: "\n").first.flatMap { pid_t($0) }
  }

  private func poll(
    _ reason: String, _ timeout: Duration, _ clock: some Clock<Duration>, _ isDone: () async throws -> Bool
  ) async throws {
    let end = clock.now.advanced(by: timeout)
    while try await !isDone() {
      guard clock.now < end else { throw notReady("\(reason) after \(timeout)") }
      guard isOn else { throw notReady("its power went off") }
      try await clock.sleep(for: .milliseconds(100))
    }
  }

  private func notReady(_ reason: String) -> LabError {
    let lines = ["run.log", "console.log"].flatMap { file in
      ((try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? "").split(separator: "\n").suffix(15)
    }
    return .notReady(name, reason: reason, log: lines.joined(separator: "\n"))
  }
}
