import JSON

/// A container of a pod: what was asked for and what the kubelet says of it.
struct ContainerStatus {
  var name: String
  var spec: JSON
  var status: JSON
  var isInit: Bool

  /// An init container that keeps running beside the others.
  var isSidecar: Bool { isInit && spec["restartPolicy"]?.string == "Always" }
  var title: String { isSidecar ? "sidecar \(name)" : isInit ? "init container \(name)" : "container \(name)" }
  var restarts: Int { status["restartCount"]?.int ?? 0 }
  var image: String { spec["image"]?.string ?? status["image"]?.string ?? "?" }

  func memoryLimit(_ end: Termination) -> String {
    guard end.isOutOfMemory, let limit = spec["resources"]?["limits"]?["memory"]?.string else { return "" }
    return ", memory limit \(limit)"
  }
}

extension Object {
  /// The pod's containers, init containers first, in the order of the spec.
  var containerStatuses: [ContainerStatus] {
    containers("initContainers", "initContainerStatuses", isInit: true)
      + containers("containers", "containerStatuses", isInit: false)
  }

  private func containers(_ specKey: String, _ statusKey: String, isInit: Bool) -> [ContainerStatus] {
    let specs = json["spec"]?[specKey]?.array ?? []
    let statuses = json["status"]?[statusKey]?.array ?? []
    let order = specs.compactMap { $0["name"]?.string }
    // A status without its spec, as in a shortened object, is still a status.
    let names = order + statuses.compactMap { $0["name"]?.string }.filter { !order.contains($0) }
    return names.map { name in
      ContainerStatus(
        name: name, spec: specs.first { $0["name"]?.string == name } ?? .null,
        status: statuses.first { $0["name"]?.string == name } ?? .null, isInit: isInit)
    }
  }

  /// What is wrong with the pod's containers, in their order.
  func containerProblems() -> [PodProblem] {
    let restartsAll = (json["spec"]?["restartPolicy"]?.string ?? "Always") == "Always"
    return containerStatuses.compactMap { container in
      let state = container.status["state"] ?? .null
      if let waiting = state["waiting"], waiting.object != nil { return waitingProblem(container, waiting) }
      if let end = Termination(state["terminated"]) {
        let isOver = end.exitCode == 0 && (container.isInit || !restartsAll)
        return isOver
          ? nil : PodProblem(.crash, end.reason, "\(container.title) ended with \(end)\(container.memoryLimit(end))")
      }
      return state["running"]?.object != nil ? container.runningProblem() : nil
    }
  }

  private func waitingProblem(_ container: ContainerStatus, _ waiting: JSON) -> PodProblem {
    let reason = waiting["reason"]?.string ?? "Waiting"
    let message = waiting["message"]?.string ?? ""
    let detail = message.isEmpty ? "" : ": \(message)"
    switch reason {
    case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError",
      "RegistryUnavailable", "SignatureValidationFailed":
      return PodProblem(.image, reason, "\(container.title) cannot get its image \(container.image)\(detail)")
    case "CrashLoopBackOff":
      let last = Termination(container.status["lastState"]?["terminated"])
      let end = last.map { ", last with \($0)\(container.memoryLimit($0))" } ?? ""
      return PodProblem(.crash, reason, "\(container.title) ended \(container.restarts.times)\(end)")
    case "PodInitializing":
      return PodProblem(.waiting, reason, "\(container.title) waits for the init containers")
    case "ContainerCreating":
      let node = json["spec"]?["nodeName"]?.string.map { " on node \($0)" } ?? ""
      let claims = claimNames.isEmpty ? "" : ", with the claims \(claimNames.joined(separator: ", "))"
      return PodProblem(.waiting, reason, "\(container.title) is being created\(node)\(claims)\(detail)")
    case "Waiting":
      return PodProblem(.waiting, reason, "\(container.title) waits\(detail)")
    default:
      // CreateContainerConfigError, CreateContainerError, RunContainerError, PostStartHookError, …
      return PodProblem(.configuration, reason, "\(container.title) cannot start\(detail)")
    }
  }
}

extension ContainerStatus {
  /// A container that runs: an init container that is not done, or one whose probe has not passed.
  fileprivate func runningProblem() -> PodProblem? {
    let isStarted = status["started"]?.bool ?? true
    let isReady = status["ready"]?.bool ?? false
    if isInit, !isSidecar { return PodProblem(.starting, "PodInitializing", "\(title) is running") }
    guard !isReady || !isStarted else { return nil }
    let last = Termination(status["lastState"]?["terminated"])
    if let last, last.isOutOfMemory {
      return PodProblem(.crash, last.reason, "\(title) ended \(restarts.times), last with \(last)\(memoryLimit(last))")
    }
    let history = restarts > 0 ? ", after \(restarts) restarts" + (last.map { ", last \($0)" } ?? "") : ""
    let waitsFor =
      if !isStarted, let probe = spec["startupProbe"] {
        "but its startup probe (\(Probe(probe))) has not passed"
      } else if let probe = spec["readinessProbe"] {
        "but its readiness probe (\(Probe(probe))) does not pass"
      } else {
        "but is not ready"
      }
    return PodProblem(.probe, "ContainersNotReady", "\(title) runs \(waitsFor)\(history)")
  }
}

extension Int {
  fileprivate var times: String { self == 1 ? "once" : "\(self) times" }
}

/// A probe, for people: `HTTP GET :8080/healthz`.
private struct Probe: CustomStringConvertible {
  let json: JSON
  init(_ json: JSON) { self.json = json }

  var description: String {
    if let get = json["httpGet"] {
      let scheme = get["scheme"]?.string == "HTTPS" ? "HTTPS" : "HTTP"
      return "\(scheme) GET \(get["host"]?.string ?? ""):\(port(get))\(get["path"]?.string ?? "/")"
    }
    if let socket = json["tcpSocket"] { return "TCP \(socket["host"]?.string ?? ""):\(port(socket))" }
    if let grpc = json["grpc"] {
      let service = grpc["service"]?.string ?? ""
      return "gRPC :\(port(grpc))" + (service.isEmpty ? "" : " \(service)")
    }
    if let command = json["exec"]?["command"]?.array {
      return "command \(command.compactMap(\.string).joined(separator: " "))"
    }
    return "unknown"
  }

  private func port(_ action: JSON) -> String {
    action["port"]?.string ?? action["port"]?.int.map(String.init) ?? "?"
  }
}
