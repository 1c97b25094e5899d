/// The stages of a pod's life, one after the other: what the kubelet would tell, and when.
///
/// It only counts; `PodPlayer` waits and writes.
struct PodLife: IteratorProtocol {
  struct Stage: Equatable {
    var after: Duration
    var state: PodState
    var restarts = 0
  }
  enum PodState: Equatable {
    /// ContainerCreating
    case creating
    /// Containers run; ready or not.
    case running(ready: Bool)
    case waiting(reason: String)
    case crashed
    case succeeded
    case failed
  }

  let behaviour: PodBehaviour
  /// How often pods of the same Job have failed already.
  let earlierFailures: Int
  private var coming: [Stage]
  private var restarts = 0

  /// Never as long as a kubelet's (10 s, doubled up to 5 min), so that tests need not wait.
  private static let longestBackOff = Duration.seconds(30)

  init(_ behaviour: PodBehaviour, earlierFailures: Int = 0) {
    self.behaviour = behaviour
    self.earlierFailures = earlierFailures
    coming = [Stage(after: .zero, state: .creating)]
    switch behaviour.kind {
    case .imagePullBackOff:
      coming.append(Stage(after: behaviour.readyAfter, state: .waiting(reason: "ErrImagePull")))
      coming.append(Stage(after: .milliseconds(200), state: .waiting(reason: "ImagePullBackOff")))
    case .neverReady:
      coming.append(Stage(after: behaviour.readyAfter, state: .running(ready: false)))
    case .normal, .crashLoop, .fail:
      if willFail { crash() } else { start() }
    }
  }

  /// Whether the containers, once started, end with an error.
  private var willFail: Bool {
    switch behaviour.kind {
    case .crashLoop: true
    case .fail: behaviour.failTimes == 0 || restarts + earlierFailures < behaviour.failTimes
    default: restarts + earlierFailures < behaviour.failTimes
    }
  }

  private mutating func start() {
    coming.append(Stage(after: behaviour.readyAfter, state: .running(ready: true), restarts: restarts))
    if behaviour.endsByItself {
      coming.append(Stage(after: behaviour.runFor, state: .succeeded, restarts: restarts))
    }
  }

  private mutating func crash() {
    coming.append(Stage(after: behaviour.readyAfter, state: .running(ready: false), restarts: restarts))
    guard behaviour.restarts else {
      coming.append(Stage(after: behaviour.runFor, state: .failed))
      return
    }
    coming.append(Stage(after: .milliseconds(50), state: .crashed, restarts: restarts))
    coming.append(Stage(after: .milliseconds(50), state: .waiting(reason: "CrashLoopBackOff"), restarts: restarts))
    restarts += 1
  }

  mutating func next() -> Stage? {
    if coming.isEmpty { return nil }
    let stage = coming.removeFirst()
    if stage.state == .waiting(reason: "CrashLoopBackOff") {
      let backOff = Duration.milliseconds(250) * (1 << min(restarts, 10))
      if willFail { crash() } else { start() }
      coming[0].after = min(backOff, Self.longestBackOff)
    }
    return stage
  }
}
