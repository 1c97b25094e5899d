import JSON
import Kubernetes

/// Registers nodes and keeps them Ready.
struct NodePlayer: Sendable {
  let lab: LabClient
  let nodes: [HollowNodes.Node]

  /// What a kubelet's heartbeat is by default.
  private static let leasePeriod = Duration.seconds(10)

  func register() async throws {
    let resource = try await lab.resource("", "Node")
    for (index, node) in nodes.enumerated() {
      let wanted = node.object(index: index)
      do {
        _ = try await lab.api.create(wanted, resource, dryRun: false)
      } catch KubernetesError.status(let status) where status.reason == "AlreadyExists" {
        try await lab.patchStatus(
          resource, Object(["metadata": ["name": .string(node.name)]]), node.status(index: index))
      }
      try await keepReady(resource, node, index: index)
    }
    try await renewLeases(create: true)
  }

  func run() async throws {
    try await withThrowingTaskGroup { group in
      group.addTask {
        while true {
          try await lab.clock.sleep(for: Self.leasePeriod)
          try await lab.eventually(after: .zero) { try await renewLeases(create: false) }
        }
      }
      group.addTask {
        let resource = try await lab.resource("", "Node")
        try await lab.follow(resource) { change in
          guard case .present(let object) = change,
            let index = nodes.firstIndex(where: { $0.name == object.name }), !Self.isReady(object)
          else { return }
          try await lab.patchStatus(resource, object, nodes[index].status(index: index))
          try await keepReady(resource, nodes[index], index: index)
        }
      }
      try await group.waitForAll()
    }
  }

  /// Takes away the taint that a new node gets, which the node lifecycle controller does too, only later.
  private func keepReady(_ resource: Resource, _ node: HollowNodes.Node, index: Int) async throws {
    _ = try await lab.api.patch(
      resource, namespace: nil, name: node.name, .merge(["spec": ["taints": .array(node.taintList)]]),
      subresource: nil, dryRun: false)
  }

  private func renewLeases(create: Bool) async throws {
    let resource = try await lab.resource("coordination.k8s.io", "Lease")
    for node in nodes {
      let spec: JSON = [
        "holderIdentity": .string(node.name), "leaseDurationSeconds": 40, "renewTime": Timestamp.nowInMicroseconds,
      ]
      if create {
        let lease: JSON = [
          "apiVersion": .string(resource.gvk.apiVersion), "kind": "Lease",
          "metadata": ["name": .string(node.name), "namespace": "kube-node-lease"], "spec": spec,
        ]
        try await lab.ignoringRaces { _ = try await lab.api.create(Object(lease), resource, dryRun: false) }
      } else {
        try await lab.ignoringRaces {
          _ = try await lab.api.patch(
            resource, namespace: "kube-node-lease", name: node.name, .merge(["spec": spec]), subresource: nil,
            dryRun: false)
        }
      }
    }
  }

  private static func isReady(_ node: Object) -> Bool {
    let conditions = node.json[path: "status", "conditions"]?.array ?? []
    return conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
  }
}

extension HollowNodes.Node {
  var taintList: [JSON] {
    taints.map { ["key": .string($0.key), "value": .string($0.value), "effect": .string($0.effect)] }
  }

  func object(index: Int) -> Object {
    var labels: JSON = [
      "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
      "lab.croft.dev/hollow": "true",
    ]
    for (key, value) in self.labels { labels[key] = .string(value) }
    return Object([
      "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name), "labels": labels],
      "spec": ["taints": .array(taintList)], "status": status(index: index),
    ])
  }

  func status(index: Int) -> JSON {
    let now = Timestamp.now
    func condition(_ type: String, _ status: String, _ reason: String) -> JSON {
      [
        "type": .string(type), "status": .string(status), "reason": .string(reason), "message": "this node is hollow",
        "lastHeartbeatTime": now, "lastTransitionTime": now,
      ]
    }
    let resources: JSON = [
      "cpu": .string(cpu), "memory": .string(memory), "pods": .string("\(pods)"), "ephemeral-storage": "100Gi",
    ]
    return [
      "capacity": resources, "allocatable": resources,
      "addresses": [
        ["type": "InternalIP", "address": .string(HollowNodes.address(ofNode: index))],
        ["type": "Hostname", "address": .string(name)],
      ],
      "conditions": [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID"),
        condition("Ready", "True", "KubeletReady"),
      ],
      "nodeInfo": [
        "machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "hollow", "osImage": "hollow",
        "containerRuntimeVersion": "hollow://1", "kubeletVersion": "v1.20.2", "kubeProxyVersion": "v1.20.2",
        "operatingSystem": "linux", "architecture": "amd64",
      ],
    ]
  }
}

extension HollowNodes {
  /// Addresses of the documentation of the lab: nodes in 10.99.0.0/24, pods in 10.244.0.0/16.
  static func address(ofNode index: Int) -> String { "10.99.\((index + 11) / 250).\((index + 11) % 250)" }
}
