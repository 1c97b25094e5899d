import JSON

extension Object {
  /// Ready when bound, or when nothing but its first consumer is missing.
  ///
  /// A storage class with `WaitForFirstConsumer` makes a volume only when a pod that uses the claim has been placed.
  /// To hold back the pod's release until the claim is bound would wait for ever: each would wait for the other. So a
  /// pending claim of such a class that no pod uses counts as ready; once a pod uses it, it has to become bound.
  /// A class whose binding mode is not known is not assumed to be of that kind.
  func claimReadiness(in context: StatusContext) -> Readiness {
    switch json["status"]?["phase"]?.string {
    case "Bound": return .ready
    case "Pending": break
    case "Lost": return .progressing(Blocker("Lost", "its volume \(volumeName ?? "") is gone"))
    case let phase: return .progressing(Blocker("NotBound", "it is in phase \(phase ?? "unknown")"))
    }
    if let volumeName {
      return .progressing(Blocker("NotBound", "it waits for the volume \(volumeName), which it names"))
    }
    let className = storageClassName
    if className == "" {
      return .progressing(
        Blocker("NotBound", "its storage class is \"\", so it waits for a volume that someone makes by hand"))
    }
    let title = className.map { "storage class \($0)" } ?? "the default storage class"
    switch context.bindingModes[className ?? ""] {
    case "WaitForFirstConsumer": return waitingForConsumer(title, in: context)
    case "Immediate": return .progressing(Blocker("NotBound", "\(title) has not made its volume yet"))
    case let mode?:
      return .progressing(Blocker("BindingModeUnknown", "\(title) has the unknown binding mode \(mode)"))
    case nil:
      return .progressing(Blocker("BindingModeUnknown", "\(title) is not there, or could not be read"))
    }
  }

  private var volumeName: String? {
    json["spec"]?["volumeName"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// `nil` asks for the default class; "" asks for none.
  private var storageClassName: String? {
    json["spec"]?["storageClassName"]?.string ?? annotation("volume.beta.kubernetes.io/storage-class")
  }

  private func waitingForConsumer(_ title: String, in context: StatusContext) -> Readiness {
    let consumers = context.pods.filter { pod in
      let hasEnded = ["Succeeded", "Failed"].contains(pod.json["status"]?["phase"]?.string)
      return pod.namespace == namespace && !hasEnded && pod.claimNames.contains(name)
    }
    if let node = annotation("volume.kubernetes.io/selected-node") {
      return .progressing(Blocker("NotBound", "\(title) has not made its volume on node \(node) yet"))
    }
    guard let pod = consumers.min(by: { $0.name < $1.name }) else { return .ready }
    if let problem = Blame(consumers).problem, problem.weight == .unscheduled { return .progressing(problem.blocker) }
    return .progressing(
      Blocker("NotBound", "\(title) has not made its volume yet, which the pod needs", object: pod.id))
  }
}
