extension MachineControl where Self: Host {
  public func bootID() async throws(HostError) -> String {
    let path = "/proc/sys/kernel/random/boot_id"
    let result = try await run(HostScript("cat \(path)", label: "reading the boot id"))
    let id = result.text.filter { !$0.isWhitespace }
    guard result.isSuccess, !id.isEmpty else { throw .notReadable(host: name, path: path, cause: result.reason) }
    return id
  }

  public func reboot() async throws(HostError) { try await systemctl("reboot", label: "the request to start anew") }

  public func powerOff() async throws(HostError) { try await systemctl("poweroff", label: "the request to turn off") }

  public func waitUntilUp(
    after boot: String?, timeout: Duration, clock: any Clock<Duration>
  ) async throws(HostError) {
    try await untilUp(after: boot, timeout: timeout, clock: clock)
  }

  func systemctl(_ verb: String, label: String) async throws(HostError) {
    do throws(HostError) {
      // The answer has to get out before the network goes.
      let result = try await run(HostScript("systemctl --no-block \(verb)", asRoot: true, label: label))
      guard result.isSuccess else {
        throw HostError.refused(host: name, what: label, said: result.reason)
      }
    } catch {
      // It went faster than its answer.
      guard case .connectionLost = error else { throw error }
    }
  }
}

extension MachineControl {
  /// Asks for the boot id until it is there and another one.
  func untilUp(after boot: String?, timeout: Duration, clock: any Clock<Duration>) async throws(HostError) {
    var last: HostError?
    let label = "waiting until it has started"
    let (ticks, isOver) = (Duration.seconds(1), Elapsed(clock: clock, limit: timeout))
    while !isOver() {
      do throws(HostError) {
        let now = try await bootID()
        if now != boot { return }
        last = nil
      } catch {
        // A machine that goes down or comes up refuses in many ways; only what cannot change by waiting ends it.
        guard error.isPassing || error.isWhileStarting else { throw error }
        last = error
      }
      do { try await clock.sleep(for: ticks) } catch { throw .cancelled(host: name, during: label) }
    }
    throw last ?? .timedOut(host: name, during: label, after: timeout)
  }
}

/// Whether more than a limit has passed on a clock of any kind.
private struct Elapsed {
  private let check: () -> Bool

  init(clock: any Clock<Duration>, limit: Duration) { check = Self.make(clock, limit) }

  private static func make<C: Clock<Duration>>(_ clock: C, _ limit: Duration) -> () -> Bool {
    let start = clock.now
    return { start.duration(to: clock.now) >= limit }
  }

  func callAsFunction() -> Bool { check() }
}

extension HostError {
  /// Said by a machine that goes down or comes up: pam_nologin lets nobody in then.
  fileprivate var isWhileStarting: Bool {
    switch self {
    case .refusedLogin, .noShell: true
    default: false
    }
  }
}
