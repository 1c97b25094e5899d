public import JSON

/// What Croft asks of a Kubernetes API server. `Cluster` talks to a real one; the simulator keeps one in memory.
///
/// Every method throws `KubernetesError`, or `CancellationError` when its task is cancelled.
public protocol KubernetesAPI: Sendable {
  /// The server's version, for example `v1.33.4+k3s1`.
  func version() async throws -> ServerVersion

  /// What the server serves. The answer is kept until `refresh` asks anew.
  func discovery(refresh: Bool) async throws -> Discovery

  /// - Returns: `nil` where the server says that there is no such object.
  func get(_ resource: Resource, namespace: String?, name: String) async throws -> Object?

  /// Every object that matches, all pages. `namespace: nil` means all namespaces.
  func list(_ resource: Resource, namespace: String?, _ options: ListOptions) async throws -> ObjectList

  /// One watch connection. Ends when the server ends it; throws `KubernetesError.expired` when the version is too old.
  /// `observe` resumes and lists again by itself; prefer it.
  func watch(
    _ resource: Resource, namespace: String?, _ options: ListOptions, from resourceVersion: String
  ) -> AsyncThrowingStream<WatchEvent, any Error>

  /// Server-side apply.
  func apply(_ object: Object, _ resource: Resource, _ options: ApplyOptions) async throws -> Object

  func create(_ object: Object, _ resource: Resource, dryRun: Bool) async throws -> Object

  func patch(
    _ resource: Resource, namespace: String?, name: String, _ patch: Patch, subresource: String?, dryRun: Bool
  ) async throws -> Object

  /// - Returns: `false` where the object was not there (any more).
  @discardableResult
  func delete(
    _ resource: Resource, namespace: String?, name: String, _ options: DeleteOptions
  ) async throws -> Bool

  /// Sets the replica count through the scale subresource and returns the count that was there.
  func scale(_ resource: Resource, namespace: String, name: String, to replicas: Int) async throws -> Int

  /// Asks for a pod's eviction; throws `KubernetesError.status` with code 429 while a disruption budget forbids it.
  func evict(pod: String, namespace: String, dryRun: Bool) async throws

  /// The last lines of a container's log.
  func logs(pod: String, namespace: String, container: String?, previous: Bool, tail: Int) async throws -> String
}

public struct ServerVersion: Sendable, Equatable, CustomStringConvertible {
  public var gitVersion: String
  public var major: Int
  public var minor: Int
  public init(gitVersion: String, major: Int, minor: Int) {
    self.gitVersion = gitVersion
    self.major = major
    self.minor = minor
  }
  public var description: String { gitVersion }
}

public struct ListOptions: Sendable, Equatable {
  public var labelSelector: String?
  public var fieldSelector: String?
  /// Objects per page.
  public var limit: Int
  public init(labelSelector: String? = nil, fieldSelector: String? = nil, limit: Int = 500) {
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
    self.limit = limit
  }
}

public struct ObjectList: Sendable {
  public var items: [Object]
  public var resourceVersion: String
  public init(items: [Object], resourceVersion: String) {
    self.items = items
    self.resourceVersion = resourceVersion
  }
}

public enum WatchEvent: Sendable {
  case added(Object)
  case modified(Object)
  case deleted(Object)
  /// Nothing changed; the watch can resume from here.
  case bookmark(resourceVersion: String)
}

public struct ApplyOptions: Sendable {
  public var fieldManager: String
  /// Takes fields over from other managers instead of throwing `KubernetesError.conflict`.
  public var force: Bool
  public var dryRun: Bool
  public init(fieldManager: String = "croft", force: Bool = false, dryRun: Bool = false) {
    self.fieldManager = fieldManager
    self.force = force
    self.dryRun = dryRun
  }
}

public enum Patch: Sendable {
  /// RFC 7396.
  case merge(JSON)
  /// RFC 6902.
  case json([JSON])
}

public struct DeleteOptions: Sendable {
  public enum Propagation: String, Sendable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
  }
  public var uid: String?
  public var resourceVersion: String?
  public var propagation: Propagation
  public var gracePeriodSeconds: Int?
  public var dryRun: Bool
  public init(
    uid: String? = nil, resourceVersion: String? = nil, propagation: Propagation = .background,
    gracePeriodSeconds: Int? = nil, dryRun: Bool = false
  ) {
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.propagation = propagation
    self.gracePeriodSeconds = gracePeriodSeconds
    self.dryRun = dryRun
  }
}
