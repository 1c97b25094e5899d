import JSON
import Kubernetes

/// How a pod wants to be played, from its annotations and its restart policy.
struct PodBehaviour: Equatable {
  enum Kind: String {
    case normal
    case imagePullBackOff = "image-pull-backoff"
    case crashLoop = "crash-loop"
    case neverReady = "never-ready"
    case fail
  }
  var kind: Kind
  var readyAfter: Duration
  var runFor: Duration
  /// How often it still fails before it is well; only `fail-times` sets it.
  var failTimes: Int
  /// It ends by itself: the pod of a Job.
  var endsByItself: Bool
  /// A container that ended is started again in the same pod.
  var restarts: Bool

  init(_ pod: Object, startUp: Duration, run: Duration) {
    func annotation(_ key: String) -> String? { pod.annotation("lab.croft.dev/\(key)") }
    let policy = pod.json[path: "spec", "restartPolicy"]?.string ?? "Always"
    kind = annotation("behaviour").flatMap(Kind.init(rawValue:)) ?? .normal
    readyAfter = annotation("ready-after").flatMap(Duration.init(lab:)) ?? startUp
    runFor = annotation("run-for").flatMap(Duration.init(lab:)) ?? run
    failTimes = annotation("fail-times").flatMap { Int($0) } ?? 0
    endsByItself = policy != "Always"
    restarts = policy != "Never"
  }
}

extension Duration {
  /// Reads `2s`, `500ms`, `1m`.
  init?(lab text: String) {
    let number = text.prefix { $0.isNumber || $0 == "." }
    guard let value = Double(number) else { return nil }
    switch text.dropFirst(number.count) {
    case "ms": self = .milliseconds(value)
    case "s": self = .seconds(value)
    case "m": self = .seconds(value * 60)
    default: return nil
    }
  }
}
