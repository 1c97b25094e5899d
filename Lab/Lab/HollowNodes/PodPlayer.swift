import JSON
import Kubernetes
import Synchronization

/// Plays the pods that are bound to the hollow nodes.
struct PodPlayer: Sendable {
  let lab: LabClient
  let options: HollowNodes.Options

  func run() async throws {
    let resource = try await lab.resource("", "Pod")
    let nodes = Dictionary(
      options.nodes.enumerated().map { ($1.name, HollowNodes.address(ofNode: $0)) }, uniquingKeysWith: { $1 })
    let failures = Failures()
    try await withThrowingDiscardingTaskGroup { group in
      var alive: Set<String> = []
      var dying: Set<String> = []
      var count = 0
      try await lab.follow(resource) { change in
        switch change {
        case .gone(let pod):
          alive.remove(pod.uid ?? "")
          dying.remove(pod.uid ?? "")
        case .present(let pod):
          guard let uid = pod.uid, let node = pod.json[path: "spec", "nodeName"]?.string, let hostIP = nodes[node]
          else { return }
          if pod.isBeingDeleted {
            guard dying.insert(uid).inserted else { return }
            group.addTask { try await end(pod, resource) }
          } else if pod.needsPlaying, alive.insert(uid).inserted {
            count += 1
            let podIP = "10.244.\(count / 250 % 250).\(count % 250 + 1)"
            group.addTask { try await live(pod, resource, hostIP: hostIP, podIP: podIP, failures: failures) }
          }
        }
      }
    }
  }

  private func live(
    _ pod: Object, _ resource: Resource, hostIP: String, podIP: String, failures: Failures
  ) async throws {
    let behaviour = PodBehaviour(pod, startUp: options.startUp, run: options.run)
    var life = PodLife(behaviour, earlierFailures: failures.count(of: pod))
    let isAlive = Mutex(true)
    while isAlive.withLock({ $0 }), let stage = life.next() {
      if stage.state == .failed { failures.add(pod) }
      try await lab.eventually(after: stage.after) {
        do {
          try await lab.patchStatus(resource, pod, stage.status(of: pod, hostIP: hostIP, podIP: podIP))
        } catch KubernetesError.status(let status) where status.code == 404 || status.code == 409 {
          // Gone, or another pod of the same name.
          isAlive.withLock { $0 = false }
        }
      }
    }
  }

  /// A kubelet deletes the pod for good when its containers have ended.
  private func end(_ pod: Object, _ resource: Resource) async throws {
    try await lab.eventually(after: .zero) {
      try await lab.api.delete(
        resource, namespace: pod.namespace, name: pod.name, DeleteOptions(uid: pod.uid, gracePeriodSeconds: 0))
    }
  }
}

extension Object {
  /// Not yet where it wants to be, as far as another player before this one has come.
  fileprivate var needsPlaying: Bool {
    let phase = json[path: "status", "phase"]?.string ?? ""
    if phase == "Succeeded" || phase == "Failed" { return false }
    let conditions = json[path: "status", "conditions"]?.array ?? []
    return !conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
  }
}

/// How often the pods of one owner have failed. An owner that is made anew under its name counts on: a hook Job that
/// is to succeed in the third run is a new Job each time.
private final class Failures: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func count(of pod: Object) -> Int { counts.withLock { $0[key(pod)] ?? 0 } }
  func add(_ pod: Object) { counts.withLock { $0[key(pod), default: 0] += 1 } }

  private func key(_ pod: Object) -> String {
    let owner = pod.metadata["ownerReferences"]?[0]?["name"]?.string ?? pod.name
    return "\(pod.namespace ?? "")/\(owner)"
  }
}
