import JSON
import Kubernetes

/// What every player needs of the API.
struct LabClient: Sendable {
  let api: any KubernetesAPI
  let clock: any Clock<Duration>

  enum Change: Sendable {
    case present(Object)
    case gone(Object)
  }

  func resource(_ group: String, _ kind: String) async throws -> Resource {
    let kind = GroupKind(group: group, kind: kind)
    if let resource = try await api.discovery(refresh: false).resource(kind) { return resource }
    if let resource = try await api.discovery(refresh: true).resource(kind) { return resource }
    throw KubernetesError.malformed("the server does not serve \(kind)")
  }

  /// Calls `handle` with every object there is and with every change, one after the other, for ever.
  ///
  /// What is there is told again whenever the watch had to start anew, so `handle` looks at the object to see whether
  /// anything is to be done. A request that it makes may fail: then everything is told again.
  func follow(_ resource: Resource, _ handle: (Change) async throws -> Void) async throws {
    while true {
      do {
        let list = try await api.list(resource, namespace: nil, ListOptions())
        for object in list.items { try await ignoringRaces { try await handle(.present(object)) } }
        try await watch(resource, from: list.resourceVersion, handle)
      } catch let error as KubernetesError {
        if case .expired = error { continue }
        try await clock.sleep(for: .milliseconds(200))
      }
    }
  }

  private func watch(
    _ resource: Resource, from version: String, _ handle: (Change) async throws -> Void
  ) async throws {
    var version = version
    while true {
      for try await event in api.watch(resource, namespace: nil, ListOptions(), from: version) {
        switch event {
        case .added(let object), .modified(let object):
          version = object.resourceVersion ?? version
          try await ignoringRaces { try await handle(.present(object)) }
        case .deleted(let object):
          version = object.resourceVersion ?? version
          try await ignoringRaces { try await handle(.gone(object)) }
        case .bookmark(let bookmark):
          version = bookmark
        }
      }
      try Task.checkCancellation()
    }
  }

  /// Somebody else was faster: their change comes as an event of its own.
  func ignoringRaces(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch KubernetesError.status(let status) where [404, 409, 422].contains(status.code) {
    } catch KubernetesError.conflict {
    }
  }

  /// Waits, then does it; again where the API server is not there. Ends without doing where the object is gone.
  func eventually(after delay: Duration, _ body: () async throws -> Void) async throws {
    if delay > .zero { try await clock.sleep(for: delay) }
    while true {
      do {
        return try await ignoringRaces(body)
      } catch is KubernetesError {
        try await clock.sleep(for: .milliseconds(200))
      }
    }
  }

  func patchStatus(_ resource: Resource, _ object: Object, _ status: JSON) async throws {
    _ = try await api.patch(
      resource, namespace: object.namespace, name: object.name,
      .merge(["metadata": ["uid": .string(object.uid ?? "")], "status": status]),
      subresource: resource.subresources.contains("status") ? "status" : nil, dryRun: false)
  }
}
