import HTTP
import Synchronization

/// A real Kubernetes API server.
///
/// Requests share a few connections. One that the server is too busy for, or that is lost, is tried again within
/// the `RetryPolicy`; a creation only when the server cannot have seen it.
public final class Cluster: KubernetesAPI {
  public let access: ClusterAccess

  let clock: any Clock<Duration>
  let retries: RetryPolicy
  let random: @Sendable () -> Double
  let onRetry: (@Sendable (RetryNotice) -> Void)?
  let authenticator: Authenticator
  let gate: Gate
  let discoveryReading = Shared<DiscoveryReading>()
  /// Whether anything answered at that address, ever.
  let hasAnswered = Atomic(false)

  /// - Parameters:
  ///   - clock: Measures waits between tries and the age of credentials.
  ///   - requestLimit: Requests under way at once, watches not counted: small servers are easily swamped.
  ///   - random: From 0 up to 1, for jitter.
  ///   - onRetry: Told before a request is tried again, on any thread.
  public init(
    _ access: ClusterAccess, clock: any Clock<Duration>, retries: RetryPolicy = RetryPolicy(), requestLimit: Int = 64,
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
    onRetry: (@Sendable (RetryNotice) -> Void)? = nil
  ) {
    self.access = access
    self.clock = clock
    self.retries = retries
    self.random = random
    self.onRetry = onRetry
    authenticator = Authenticator(access, clock: clock)
    gate = Gate(requestLimit)
  }

  /// Ends all connections; requests still under way throw `KubernetesError.unreachable`.
  public func close() async { await authenticator.close() }
}
