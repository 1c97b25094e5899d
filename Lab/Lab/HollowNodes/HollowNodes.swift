public import Kubernetes

/// Plays the kubelets of machines that are not there, through the API, so that pods become Ready; and, where asked,
/// a volume provisioner, a load balancer, an ingress controller and the controllers of custom resources.
///
/// A pod says by annotation how it behaves:
///
/// | annotation | values |
/// |---|---|
/// | `lab.croft.dev/behaviour` | `image-pull-backoff`, `crash-loop`, `never-ready`, `fail` |
/// | `lab.croft.dev/ready-after` | how long its containers take to start: `2s`, `500ms` |
/// | `lab.croft.dev/run-for` | how long a pod runs that ends by itself |
/// | `lab.croft.dev/fail-times` | it fails as often as this and is well then; a Job's pods count together |
public struct HollowNodes: Sendable {
  let api: any KubernetesAPI
  let options: Options
  let clock: any Clock<Duration>

  public init(_ api: any KubernetesAPI, _ options: Options = Options(), clock: any Clock<Duration> = ContinuousClock())
  {
    self.api = api
    self.options = options
    self.clock = clock
  }

  /// Plays until its task is cancelled. An API server that goes away is waited for.
  /// - Parameter ready: called once, when the nodes stand there Ready.
  public func run(ready: @Sendable () async -> Void = {}) async throws {
    let lab = LabClient(api: api, clock: clock)
    try await NodePlayer(lab: lab, nodes: options.nodes).register()
    if let volumes = options.volumes { try await VolumePlayer(lab: lab, options: volumes).makeClasses() }
    try await withThrowingTaskGroup { group in
      group.addTask { try await NodePlayer(lab: lab, nodes: options.nodes).run() }
      group.addTask { try await PodPlayer(lab: lab, options: options).run() }
      if let volumes = options.volumes {
        group.addTask { try await VolumePlayer(lab: lab, options: volumes).run() }
      }
      if let prefix = options.loadBalancerPrefix {
        group.addTask { try await LoadBalancerPlayer(lab: lab, prefix: prefix).run() }
      }
      if let address = options.ingressAddress {
        group.addTask { try await IngressPlayer(lab: lab, address: address).run() }
      }
      if case .none = options.customResources {
      } else {
        group.addTask { try await CustomResourcePlayer(lab: lab, options: options.customResources).run() }
      }
      await ready()
      try await group.waitForAll()
    }
  }
}

/// Plays hollow nodes while `body` runs. Starts `body` when the nodes are Ready.
public func withHollowNodes<R: Sendable>(
  _ api: any KubernetesAPI, _ options: HollowNodes.Options = HollowNodes.Options(),
  clock: any Clock<Duration> = ContinuousClock(), _ body: () async throws -> R
) async throws -> R {
  let (started, start) = AsyncStream.makeStream(of: Void.self)
  let nodes = HollowNodes(api, options, clock: clock)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      defer { start.finish() }
      try await nodes.run { start.yield() }
    }
    var ready = false
    for await _ in started {
      ready = true
      break
    }
    if !ready { try await group.waitForAll() }
    let result = try await body()
    group.cancelAll()
    while let end = await group.nextResult() {
      if case .failure(let error) = end, !(error is CancellationError) { throw error }
    }
    return result
  }
}
