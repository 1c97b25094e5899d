import JSON
import Kubernetes

extension PodLife.Stage {
  /// The pod's `status` in this stage.
  func status(of pod: Object, hostIP: String, podIP: String) -> JSON {
    let now = Timestamp.now
    let spec = pod.json["spec"] ?? [:]
    let isReady = state == .running(ready: true)
    var status: JSON = [
      "phase": .string(phase), "hostIP": .string(hostIP),
      "startTime": pod.json[path: "status", "startTime"] ?? now,
      "conditions": [
        condition("PodScheduled", true), condition("Initialized", state != .creating),
        condition("ContainersReady", isReady), condition("Ready", isReady),
      ],
      "containerStatuses": .array(
        (spec["containers"]?.array ?? []).map { containerStatus($0, state: containerState($0, now: now)) }),
    ]
    if state != .creating {
      status["podIP"] = .string(podIP)
      status["podIPs"] = [["ip": .string(podIP)]]
    }
    let initContainers = spec["initContainers"]?.array ?? []
    if !initContainers.isEmpty {
      let state: JSON =
        state == .creating ? ["waiting": ["reason": "PodInitializing"]] : terminated(0, "Completed", now)
      status["initContainerStatuses"] = .array(
        initContainers.map { containerStatus($0, state: state, ready: self.state != .creating, restarts: 0) })
    }
    return status
  }

  private var phase: String {
    switch state {
    case .creating: "Pending"
    case .waiting(let reason): reason == "CrashLoopBackOff" ? "Running" : "Pending"
    case .running, .crashed: "Running"
    case .succeeded: "Succeeded"
    case .failed: "Failed"
    }
  }

  private func condition(_ type: String, _ isTrue: Bool) -> JSON {
    var condition: JSON = [
      "type": .string(type), "status": isTrue ? "True" : "False", "lastTransitionTime": Timestamp.now,
    ]
    guard !isTrue else { return condition }
    condition["reason"] = type == "Initialized" ? "ContainersNotInitialized" : "ContainersNotReady"
    if state == .succeeded { condition["reason"] = "PodCompleted" }
    condition["message"] = "containers of this pod are not ready"
    return condition
  }

  private func containerStatus(_ container: JSON, state: JSON, ready: Bool? = nil, restarts: Int? = nil) -> JSON {
    let ready = ready ?? (self.state == .running(ready: true))
    let restarts = restarts ?? self.restarts
    let image = container["image"] ?? ""
    var status: JSON = [
      "name": container["name"] ?? "", "image": image, "imageID": "", "ready": .bool(ready),
      "restartCount": .int(restarts), "state": state, "started": .bool(state["running"] != nil),
    ]
    if restarts > 0 || self.state == .waiting(reason: "CrashLoopBackOff") {
      status["lastState"] = terminated(1, "Error", Timestamp.now)
    }
    return status
  }

  private func containerState(_ container: JSON, now: JSON) -> JSON {
    let image = container["image"]?.string ?? ""
    switch state {
    case .creating: return ["waiting": ["reason": "ContainerCreating"]]
    case .running: return ["running": ["startedAt": now]]
    case .crashed, .failed: return terminated(1, "Error", now)
    case .succeeded: return terminated(0, "Completed", now)
    case .waiting(let reason):
      let message =
        switch reason {
        case "ErrImagePull": "no such image: \(image)"
        case "ImagePullBackOff": "Back-off pulling image \"\(image)\""
        default: "back-off restarting container \(container["name"]?.string ?? "")"
        }
      return ["waiting": ["reason": .string(reason), "message": .string(message)]]
    }
  }

  private func terminated(_ code: Int, _ reason: String, _ now: JSON) -> JSON {
    ["terminated": ["exitCode": .int(code), "reason": .string(reason), "startedAt": now, "finishedAt": now]]
  }
}
