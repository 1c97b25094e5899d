import Kubernetes
import Rollout

extension Context {
  /// - Parameters:
  ///   - kubeconfig: in place of what the command line says.
  ///   - context: of that kubeconfig.
  func connect(
    retries: RetryPolicy = RetryPolicy(), kubeconfig: String? = nil, context: String? = nil
  ) throws -> Cluster {
    let access = try ClusterAccess.load(
      kubeconfig: kubeconfig ?? invocation.value("kubeconfig"), context: context ?? invocation.value("context"),
      environment: environment)
    for warning in access.warnings { warn(warning) }
    return Cluster(access, clock: clock, retries: retries)
  }

  /// Runs a workflow's environment around a connection, and closes that in any case.
  func withCluster<Result: Sendable>(
    kubeconfig: String? = nil, context: String? = nil, _ body: (Rollout.Environment) async throws -> Result
  ) async throws -> Result {
    let cluster = try connect(kubeconfig: kubeconfig, context: context)
    let directories = Directories(environment: environment)
    let workflow = Rollout.Environment(
      api: cluster, clock: clock, now: time, manifests: manifests,
      kubeconfig: kubeconfig ?? invocation.value("kubeconfig"),
      context: context ?? invocation.value("context"),
      chartMirror: invocation.value("chart-mirror") ?? environment["CROFT_CHART_MIRROR"],
      cacheDirectory: directories.cache)
    do {
      let result = try await body(workflow)
      await cluster.close()
      return result
    } catch {
      await cluster.close()
      throw error
    }
  }
}
