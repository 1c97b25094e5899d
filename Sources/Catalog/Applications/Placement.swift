public import Blueprint
public import JSON

extension Applications {
  /// Resolves which nodes a release may run on: the taints of those nodes are tolerated.
  mutating func place(_ index: Int) {
    guard var choice = blueprint.releases[index].nodes else { return }
    choice.tolerations = blueprint.nodes.filter(choice.fits).flatMap(\.taints).reduce(into: []) { all, taint in
      let toleration = ComponentContext.toleration(of: taint)
      if !all.contains(toleration) { all.append(toleration) }
    }
    blueprint.releases[index].nodes = choice
  }

  /// Makes a workload's numbers agree with its autoscaler: it starts with the fewest pods, and each has storage of its
  /// own where there can be several.
  mutating func scale(_ index: Int) {
    guard let replicas = blueprint.releases[index].scheduling?.replicas,
      var workload = blueprint.releases[index].workload
    else { return }
    workload.replicas = replicas.lowerBound
    if workload.kind == nil, replicas.upperBound > 1, workload.storage.contains(where: \.isReadWriteOnceClaim) {
      workload.kind = .statefulSet
    }
    blueprint.releases[index].workload = workload
  }
}

/// The object of a release, its pods bound to the nodes that the release asks for; any other object as it is.
///
/// What the object says itself stays, except where it picks other nodes by the same label. Doing it twice changes
/// nothing more.
public func placed(_ object: JSON, for release: Release) -> JSON {
  guard let choice = release.nodes else { return object }
  let path: [String]
  switch object["kind"]?.string {
  case "Pod": path = ["spec"]
  case "CronJob": path = ["spec", "jobTemplate", "spec", "template", "spec"]
  case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job": path = ["spec", "template", "spec"]
  default: return object
  }
  guard var pod = object.value(at: path[...]) else { return object }
  var labels = choice.labels
  if let power = choice.power { labels[NodeSpec.powerLabel] = power.rawValue }
  for (key, value) in labels.sorted(by: { $0.key < $1.key }) { pod[path: "nodeSelector", key] = .string(value) }
  let tolerations = pod["tolerations"]?.array ?? []
  let added = choice.tolerations.filter { !tolerations.contains($0) }
  if !added.isEmpty { pod["tolerations"] = .array(tolerations + added) }
  if !choice.names.isEmpty { pod.bind(toNodes: choice.names.map(\.value)) }
  var object = object
  object.set(pod, at: path[...])
  return object
}

extension JSON {
  /// Every alternative of a pod's node affinity gets the condition: one of them has to hold.
  fileprivate mutating func bind(toNodes names: [String]) {
    let condition: JSON = [
      "key": "kubernetes.io/hostname", "operator": "In", "values": .array(names.map(JSON.string)),
    ]
    let path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
    let terms = (value(at: path[...])?.array ?? [[:]]).map { term in
      var term = term
      let conditions = term["matchExpressions"]?.array ?? []
      if !conditions.contains(condition) { term["matchExpressions"] = .array(conditions + [condition]) }
      return term
    }
    set(.array(terms), at: path[...])
  }
}
