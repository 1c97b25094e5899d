/// The verbs of power, which every machine has, also one that runs no scripts.
public protocol MachineControl: Sendable {
  /// The node's name, for messages.
  var name: String { get }
  /// What changes with every start of the machine and only then.
  func bootID() async throws(HostError) -> String
  /// Asks the machine to start anew, and returns when it took the request.
  func reboot() async throws(HostError)
  /// Asks the machine to turn itself off, and returns when it took the request.
  func powerOff() async throws(HostError)
  /// Waits until the machine answers, after another start than `boot`.
  /// - Parameter boot: What ``bootID()`` said before; `nil` where any start will do.
  /// - Throws: `HostError`: the last reason why it did not answer, when `timeout` is over.
  func waitUntilUp(after boot: String?, timeout: Duration, clock: any Clock<Duration>) async throws(HostError)
}
