import FoundationEssentials

/// Test support: a real Kubernetes control plane on this machine, hollow nodes, a chart server, machines with SSH.
public enum Lab {
  /// Whether tests that need the lab can run here: `@Suite(.enabled(if: Lab.isAvailable, Lab.comment))`.
  ///
  /// Where `CI` is set the answer is always yes, so that a missing program is an error there and not a skipped test.
  public static var isAvailable: Bool {
    Programs.installed.missing.isEmpty || ProcessInfo.processInfo.environment["CI"] != nil
  }

  /// What to say where the lab is not available.
  public static var unavailable: String { LabError.missing(Programs.installed.missing).description }

  /// Whether tests that need machines can run here: `@Suite(.enabled(if: Lab.hasMachines, "…"))`. As with
  /// `isAvailable`, they are not skipped where `CI` is set.
  public static var hasMachines: Bool {
    Programs.installed.missingForMachines.isEmpty || ProcessInfo.processInfo.environment["CI"] != nil
  }

  /// The pinned `helm`.
  public static var helm: String { Programs.installed.helm }

  /// The pinned `kubectl`.
  public static var kubectl: String { Programs.installed.kubectl }

  /// A `PATH` in which the pinned programs come first.
  public static var path: String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return Programs.installed.tools.map { "\($0):\(path)" } ?? path
  }

  /// A port of 127.0.0.1 on which nothing listens.
  public static func freePort() -> Int { freePorts(1)[0] }
}
