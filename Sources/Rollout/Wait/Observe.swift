import JSON
import Kubernetes

enum Observation: Sendable { case snapshot([Object]), changed(Object), deleted(Object), interrupted(String) }
extension KubernetesAPI {
  func observe(_ r: Resource, namespace: String?, _ o: ListOptions, clock: any Clock<Duration>) -> AsyncThrowingStream<
    Observation, any Error
  > {
    AsyncThrowingStream { c in
      let t = Task {
        while !Task.isCancelled {
          do {
            let l = try await list(r, namespace: namespace, o)
            c.yield(.snapshot(l.items))
            for try await e in watch(r, namespace: namespace, o, from: l.resourceVersion) {
              switch e {
              case .added(let x), .modified(let x): c.yield(.changed(x))
              case .deleted(let x): c.yield(.deleted(x))
              case .bookmark: break
              }
            }
          } catch { try? await clock.sleep(for: .milliseconds(200)) }
        }
      }
      c.onTermination = { _ in t.cancel() }
    }
  }
}
