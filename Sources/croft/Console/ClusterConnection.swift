import Kubernetes
import Rollout

extension Context {
  func connect(retries: RetryPolicy = RetryPolicy()) throws -> Cluster {
    let access = try ClusterAccess.load(
      kubeconfig: invocation.value("kubeconfig"), context: invocation.value("context"), environment: environment)
    for warning in access.warnings { warn(warning) }
    return Cluster(access, clock: clock, retries: retries)
  }

  /// Runs a workflow's environment around a connection, and closes that in any case.
  func withCluster<Result: Sendable>(
    _ body: (Rollout.Environment) async throws -> Result
  ) async throws -> Result {
    let cluster = try connect()
    let directories = Directories(environment: environment)
    let workflow = Rollout.Environment(
      api: cluster, clock: clock, now: time, manifests: manifests, kubeconfig: invocation.value("kubeconfig"),
      context: invocation.value("context"),
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
