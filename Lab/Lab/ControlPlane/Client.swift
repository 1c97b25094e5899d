import FoundationEssentials
public import Kubernetes
import Redaction

extension ControlPlane {
  /// A client with the administrator's token.
  public nonisolated func client(clock: any Clock<Duration> = ContinuousClock()) throws -> Cluster {
    let authority = [UInt8](try Data(contentsOf: URL(filePath: certificates.ca)))
    return Cluster(
      ClusterAccess(server: url, certificateAuthorities: authority, credentials: .token(Secret(adminToken))),
      clock: clock)
  }
}
