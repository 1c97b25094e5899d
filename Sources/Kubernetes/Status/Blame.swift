import JSON

/// The pods that stand for a workload, and which of them to blame.
struct Blame {
  /// Pods of the revision that is being rolled out, or all where that is not known.
  var current: [Object]
  var others: [Object]

  init(_ pods: [Object], isCurrent: (Object) -> Bool = { _ in true }) {
    current = pods.filter(isCurrent)
    others = pods.filter { !isCurrent($0) }
  }

  /// The most telling problem: of pods of the current revision that stay, then of old ones, then of pods on their way
  /// out. Of equally telling ones that of the first pod by name (`db-2` before `db-10`).
  var problem: PodProblem? {
    let current = problems(current)
    let others = problems(others)
    return worst(current.filter { $0.weight != .terminating })
      ?? worst(others.filter { $0.weight != .terminating }) ?? worst(current + others)
  }

  private func problems(_ pods: [Object]) -> [PodProblem] { pods.compactMap { $0.podProblem() } }

  private func worst(_ problems: [PodProblem]) -> PodProblem? {
    problems.min { a, b in
      if a.weight != b.weight { return a.weight < b.weight }
      let (left, right) = (a.blocker.object?.name ?? "", b.blocker.object?.name ?? "")
      return (left.utf8.count, left) < (right.utf8.count, right)
    }
  }

  /// Names the pod that keeps a workload from being ready.
  /// - Parameter figures: what the workload says of itself, `1 of 3 replicas are ready`.
  func blocker(_ reason: String, _ figures: String) -> Blocker {
    guard let pod = problem?.blocker else { return Blocker(reason, figures) }
    return Blocker(pod.reason, "\(pod.message) (\(figures))", object: pod.object)
  }
}

extension Object {
  /// `spec.selector`, as a LabelSelector or (ReplicationController, Service) a plain map.
  var selector: LabelSelector? {
    guard let json = json["spec"]?["selector"] else { return nil }
    if json["matchLabels"]?.object == nil, json["matchExpressions"]?.array == nil {
      return LabelSelector(["matchLabels": json])
    }
    return LabelSelector(json)
  }

  /// The object's controlling owner.
  var controller: (kind: String, name: String, uid: String)? {
    metadata["ownerReferences"]?.array?.first { $0["controller"]?.bool == true }.map {
      ($0["kind"]?.string ?? "", $0["name"]?.string ?? "", $0["uid"]?.string ?? "")
    }
  }

  /// Pods that this workload selects, without those that another controller owns.
  /// - Parameter ownedThrough: the kind between the workload and its pods, `ReplicaSet` for a Deployment.
  func pods(in context: StatusContext, ownedThrough kind: String? = nil) -> [Object] {
    guard let selector, !selector.isEmpty else { return [] }
    return context.pods.filter { pod in
      guard pod.namespace == namespace, selector.matches(pod.labels) else { return false }
      guard let owner = pod.controller else { return true }
      if let kind {
        // The set's name ends in the hash that its pods carry, so that `web` is not blamed for the pods of `web-api`.
        let hash = pod.label("pod-template-hash")
        return owner.kind == kind && (hash.map { owner.name == "\(name)-\($0)" } ?? owner.name.hasPrefix("\(name)-"))
      }
      return owner.kind == self.kind && owner.name == name && (uid == nil || owner.uid.isEmpty || owner.uid == uid)
    }
  }

  /// A whole number below `spec` or `status`.
  func count(_ section: String, _ key: String, default value: Int = 0) -> Int { json[section]?[key]?.int ?? value }
}
