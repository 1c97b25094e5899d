import Blueprint
import JSON

// https://kubernetes.io/docs/concepts/services-networking/network-policies/
// https://docs.cilium.io/en/stable/security/policy/language/
extension Applications {
  /// Where Cilium denies by default: a policy that denies everything in each namespace, and one for every opening that
  /// the file gives a reason for. `croft.dev/reason` tells it.
  ///
  /// They are Kubernetes' own NetworkPolicies. Those cannot name the nodes, the API server and the proxy of Gateways:
  /// for these alone there are CiliumNetworkPolicies.
  ///
  /// Namespaces of Kubernetes itself are left alone, and those of what Cilium needs to start: their needs are not in the
  /// file, and a cluster without names or network can mend nothing.
  mutating func addNetworkPolicies() {
    guard let cilium = platform.part("cilium"), platform.options(Cilium.self, of: cilium)?.policy == .defaultDeny else {
      return
    }
    addDeclaredFlows()
    let before = predecessors(of: cilium.name)
    var closed: [String: Int] = [:]
    for (index, release) in blueprint.releases.enumerated() {
      let namespace = release.namespace.name
      guard !namespace.hasPrefix("kube-"), !before.contains(release.name), closed[namespace] == nil else { continue }
      closed[namespace] = index
      add(defaultDeny(release), to: index, needing: [cilium])
    }
    var sides: [Side] = []
    for flow in flows {
      for direction in [Opening.Direction.ingress, .egress] {
        guard var side = Side(flow, direction), closed[side.namespace] != nil else { continue }
        if let same = sides.firstIndex(where: { $0.opens(like: side) }) {
          if !sides[same].reasons.contains(flow.reason) { sides[same].reasons.append(flow.reason) }
        } else {
          side.reasons = [flow.reason]
          sides.append(side)
        }
      }
    }
    var names: Set<String> = []
    for side in sides where !isCovered(side, by: sides) {
      let mine = index(of: side.owner).flatMap { blueprint.releases[$0].namespace.name == side.namespace ? $0 : nil }
      guard let index = mine ?? closed[side.namespace] else { continue }
      var name = side.name
      var count = 1
      while !names.insert("\(side.namespace)/\(name)").inserted {
        count += 1
        name = "\(side.name)-\(count)"
      }
      let metadata = blueprint.releases[index].metadata(
        name, namespace: side.namespace, annotations: ["croft.dev/reason": side.reasons.joined(separator: " ")])
      add([side.policy(metadata)], to: index, needing: [cilium])
    }
  }

  /// What a release needs before it can start.
  private func predecessors(of name: String) -> Set<String> {
    var seen: Set<String> = [name]
    var open = [name]
    while let name = open.popLast() {
      for next in blueprint.release(name)?.dependsOn ?? [] where seen.insert(next.name).inserted {
        open.append(next.name)
      }
    }
    return seen
  }

  /// Nothing in, nothing out but questions for addresses.
  private func defaultDeny(_ release: Release) -> [JSON] {
    let deny = release.metadata(
      "default-deny",
      annotations: ["croft.dev/reason": "Only what the cluster file gives a reason for is let through."])
    let names = release.metadata(
      "dns", annotations: ["croft.dev/reason": "Every pod asks the cluster's DNS for the addresses of others."])
    return [
      NetworkPolicy.object(deny, selecting: [:], ["policyTypes": ["Ingress", "Egress"]]),
      NetworkPolicy.object(
        names, selecting: [:],
        [
          "policyTypes": ["Egress"],
          "egress": [
            [
              "to": [["namespaceSelector": ["matchLabels": [NetworkPolicy.namespaceName: "kube-system"]]]],
              "ports": [["port": 53, "protocol": "UDP"], ["port": 53, "protocol": "TCP"]],
            ]
          ],
        ]),
    ]
  }

  /// Whether a whole namespace has the same opening, or a wider one.
  private func isCovered(_ side: Side, by sides: [Side]) -> Bool {
    sides.contains { wide in
      guard wide != side, wide.namespace == side.namespace, wide.direction == side.direction, wide.labels.isEmpty else {
        return false
      }
      let isAnyPod = wide.peer == .cluster && side.peer.namespace != nil
      guard isAnyPod || wide.peer == side.peer else { return false }
      return wide.ports.isEmpty && (!side.ports.isEmpty || !side.labels.isEmpty || isAnyPod)
    }
  }
}

/// One end of a flow: what a policy opens for some pods of a namespace.
private struct Side: Equatable {
  var owner: String
  var direction: Opening.Direction
  var namespace: String
  var labels: [String: String]
  var peer: Flow.Peer
  var ports: [Int]
  var transport: String
  var reasons: [String] = []

  /// `nil` where that end is no pod.
  init?(_ flow: Flow, _ direction: Opening.Direction) {
    guard case .pods(let namespace, let labels) = direction == .ingress ? flow.to : flow.from else { return nil }
    owner = flow.owner
    self.direction = direction
    self.namespace = namespace
    self.labels = labels
    peer = direction == .ingress ? flow.from : flow.to
    ports = flow.ports
    transport = flow.transport
  }

  func opens(like other: Side) -> Bool {
    direction == other.direction && namespace == other.namespace && labels == other.labels && peer == other.peer
      && ports == other.ports && transport == other.transport
  }

  var name: String {
    let subject = labels.isEmpty ? "" : Flow.Peer.pods(namespace: namespace, labels: labels).slug + "-"
    let ports = ports.isEmpty ? "" : "-" + self.ports.map(String.init).joined(separator: "-")
    return String("\(subject)\(direction == .ingress ? "from" : "to")-\(peer.slug)\(ports)".slug.prefix(240))
  }

  func policy(_ metadata: JSON) -> JSON {
    if let entities { return ciliumPolicy(metadata, entities) }
    var rule: JSON = [direction == .ingress ? "from" : "to": .array(peers)]
    if !ports.isEmpty {
      let transports = transport == "ANY" ? ["TCP", "UDP"] : [transport]
      rule["ports"] = .array(
        ports.flatMap { port in transports.map { ["port": .int(port), "protocol": .string($0)] as JSON } })
    }
    return NetworkPolicy.object(
      metadata, selecting: labels,
      [
        "policyTypes": [direction == .ingress ? "Ingress" : "Egress"],
        direction.rawValue: [rule],
      ])
  }

  /// Whoever it opens to, as Kubernetes names them. Addresses of pods and nodes are no part of the world to Cilium.
  private var peers: [JSON] {
    switch peer {
    case .pods(let namespace, let labels):
      var pods: JSON = ["namespaceSelector": ["matchLabels": [NetworkPolicy.namespaceName: .string(namespace)]]]
      if !labels.isEmpty { pods["podSelector"] = ["matchLabels": .strings(labels)] }
      return [pods]
    case .cluster: return [["namespaceSelector": [:]]]
    case .world: return ["0.0.0.0/0", "::/0"].map { ["ipBlock": ["cidr": .string($0)]] }
    case .host, .gateway: return []
    }
  }

  private func ciliumPolicy(_ metadata: JSON, _ entities: [String]) -> JSON {
    var rule: JSON = [direction == .ingress ? "fromEntities" : "toEntities": .array(entities.map(JSON.string))]
    if !ports.isEmpty {
      let list = ports.map { ["port": .string("\($0)"), "protocol": .string(transport)] as JSON }
      rule["toPorts"] = [["ports": .array(list)]]
    }
    return [
      "apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": metadata,
      "spec": [
        "endpointSelector": labels.isEmpty ? [:] : ["matchLabels": .strings(labels)],
        direction.rawValue: [rule],
      ],
    ]
  }

  /// Of those whom only Cilium can name.
  private var entities: [String]? {
    switch peer {
    case .pods, .cluster, .world: nil
    case .host: ["host", "remote-node", "kube-apiserver"]
    case .gateway: ["ingress"]
    }
  }
}

private enum NetworkPolicy {
  /// The label that every namespace has its name in.
  static let namespaceName = "kubernetes.io/metadata.name"

  static func object(_ metadata: JSON, selecting labels: [String: String], _ rest: JSON) -> JSON {
    var spec: JSON = ["podSelector": labels.isEmpty ? [:] : ["matchLabels": .strings(labels)]]
    for member in rest.object?.members ?? [] { spec[member.key] = member.value }
    return ["apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec]
  }
}
