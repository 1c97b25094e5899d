public import Blueprint
public import Kubernetes

/// Everything a workflow needs from the world around it.
public struct Environment: Sendable {
  public var api: any KubernetesAPI
  /// Elapsed time and waiting.
  public var clock: any Clock<Duration>
  /// Seconds since 1970, for what is written down: leases, the journal.
  public var now: @Sendable () -> Double
  /// Evenly spread over 0..<1, for jitter.
  public var random: @Sendable () -> Double
  public var files: Files
  public var manifests: Manifests
  /// Handed on to helm; `nil` leaves the choice to it (in-cluster, `$KUBECONFIG`).
  public var kubeconfig: String?
  public var context: String?
  public var helm: String
  public var kubectl: String
  /// Replaces every chart repository: a mirror for networks without one.
  public var chartMirror: String?
  /// Charts by digest. Removing it is safe.
  public var cacheDirectory: String
  /// Who runs: `user@host`, and this process.
  public var holder: Holder

  /// Names one run, in the journal and in events.
  func runName() -> String { "\(Int(now()))-\(holder.process)-\(Int(random() * 1_000_000))" }

  public init(
    api: any KubernetesAPI, clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Double = Environment.systemTime,
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, files: Files = Files(),
    manifests: Manifests = Manifests(), kubeconfig: String? = nil, context: String? = nil, helm: String = "helm",
    kubectl: String = "kubectl",
    chartMirror: String? = nil, cacheDirectory: String, holder: Holder = .current
  ) {
    self.api = api
    self.clock = clock
    self.now = now
    self.random = random
    self.files = files
    self.manifests = manifests
    self.kubeconfig = kubeconfig
    self.context = context
    self.helm = helm
    self.kubectl = kubectl
    self.chartMirror = chartMirror
    self.cacheDirectory = cacheDirectory
    self.holder = holder
  }
}
