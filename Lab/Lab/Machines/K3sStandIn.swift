import Process

/// What takes the place of a release of k3s in the lab: a folder with the program and with container images, as
/// `kubernetes.install.airGap` takes it. Lab/k3s/README.md says what it is.
public struct K3sStandIn: Sendable {
  /// What `k3s --version` says. What runs is Kubernetes 1.20 whatever it says.
  public let version: String
  public let folder: String

  /// The executable, for `kubernetes.install.binary`.
  public var program: String { "\(folder)/\(Self.programName)" }

  /// Has a shell, `httpd`, `wget` and `nslookup`.
  public static let busybox = "croft.lab/busybox:1"

  /// - Parameter folder: is made where it is not there.
  /// - Throws: `LabError.command` where busybox-static or a C compiler is missing.
  public static func make(_ version: String, in folder: String) async throws -> K3sStandIn {
    let standIn = K3sStandIn(version: version, folder: folder)
    let scripts = "\(Programs.checkout)/Lab/k3s"
    try await runCommand("make-k3s", Command("\(scripts)/make-k3s", [standIn.program, version]))
    try await runCommand("make-images", Command("\(scripts)/make-images", [folder]))
    return standIn
  }

  /// As https://github.com/k3s-io/k3s/releases calls it for this host's processor, which is the machines' as well.
  private static let programName: String = {
    #if arch(arm64)
      "k3s-arm64"
    #else
      "k3s"
    #endif
  }()
}
