import JSON
import Kubernetes
import Synchronization

/// The real API, with a list of what was asked of it.
final class RecordingAPI: KubernetesAPI {
  struct Call: Sendable, Equatable {
    enum Verb: String, Sendable { case get, list, watch, apply, dryRun, create, patch, delete }
    var verb: Verb
    var kind: String
    var name: String
    var isWrite: Bool { [.apply, .create, .patch, .delete].contains(verb) }
  }

  private let api: any KubernetesAPI
  private let recorded = Mutex<[Call]>([])

  init(_ api: any KubernetesAPI) { self.api = api }

  var calls: [Call] { recorded.withLock { $0 } }
  var writes: [Call] { calls.filter(\.isWrite) }
  func forget() { recorded.withLock { $0 = [] } }

  private func note(_ verb: Call.Verb, _ resource: Resource, _ name: String = "") {
    recorded.withLock { $0.append(Call(verb: verb, kind: resource.gvk.kind, name: name)) }
  }

  func version() async throws -> ServerVersion { try await api.version() }
  func discovery(refresh: Bool) async throws -> Discovery { try await api.discovery(refresh: refresh) }

  func get(_ resource: Resource, namespace: String?, name: String) async throws -> Object? {
    note(.get, resource, name)
    return try await api.get(resource, namespace: namespace, name: name)
  }

  func list(_ resource: Resource, namespace: String?, _ options: ListOptions) async throws -> ObjectList {
    note(.list, resource)
    return try await api.list(resource, namespace: namespace, options)
  }

  func watch(
    _ resource: Resource, namespace: String?, _ options: ListOptions, from resourceVersion: String
  ) -> AsyncThrowingStream<WatchEvent, any Error> {
    note(.watch, resource)
    return api.watch(resource, namespace: namespace, options, from: resourceVersion)
  }

  func apply(_ object: Object, _ resource: Resource, _ options: ApplyOptions) async throws -> Object {
    note(options.dryRun ? .dryRun : .apply, resource, object.name)
    return try await api.apply(object, resource, options)
  }

  func create(_ object: Object, _ resource: Resource, dryRun: Bool) async throws -> Object {
    note(dryRun ? .dryRun : .create, resource, object.name)
    return try await api.create(object, resource, dryRun: dryRun)
  }

  func patch(
    _ resource: Resource, namespace: String?, name: String, _ patch: Patch, subresource: String?, dryRun: Bool
  ) async throws -> Object {
    note(dryRun ? .dryRun : .patch, resource, name)
    return try await api.patch(
      resource, namespace: namespace, name: name, patch, subresource: subresource, dryRun: dryRun)
  }

  func delete(
    _ resource: Resource, namespace: String?, name: String, _ options: DeleteOptions
  ) async throws -> Bool {
    note(options.dryRun ? .dryRun : .delete, resource, name)
    return try await api.delete(resource, namespace: namespace, name: name, options)
  }

  func scale(_ resource: Resource, namespace: String, name: String, to replicas: Int) async throws -> Int {
    try await api.scale(resource, namespace: namespace, name: name, to: replicas)
  }

  func evict(pod: String, namespace: String, dryRun: Bool) async throws {
    try await api.evict(pod: pod, namespace: namespace, dryRun: dryRun)
  }

  func logs(pod: String, namespace: String, container: String?, previous: Bool, tail: Int) async throws -> String {
    try await api.logs(pod: pod, namespace: namespace, container: container, previous: previous, tail: tail)
  }
}
