import JSON
import Kubernetes
import Lab
import Testing

@Suite(.enabled(if: Lab.isAvailable, "the lab is not set up: run 'make setup'"), .timeLimit(.minutes(5)))
struct HollowNodesTests {
  @Test func `A Deployment becomes available`() async throws {
    try await withNamespace { lab in
      try await lab.create("apps", "Deployment", workload("web", replicas: 3))
      let deployment = try await lab.wait("apps", "Deployment", "web") {
        $0.json[path: "status", "availableReplicas"] == 3
      }
      #expect(deployment.json[path: "status", "readyReplicas"] == 3)
      for pod in try await lab.pods() {
        #expect(pod.json[path: "status", "podIP"]?.string?.hasPrefix("10.244.") == true)
        #expect(pod.json[path: "status", "containerStatuses"]?[0]?["ready"] == true)
      }
    }
  }

  @Test func `A Job completes, and one that fails twice completes in the end`() async throws {
    try await withNamespace { lab in
      try await lab.create("batch", "Job", job("once"))
      try await lab.create("batch", "Job", job("twice", annotations: ["lab.croft.dev/fail-times": "2"]))
      _ = try await lab.wait("batch", "Job", "once") { $0.json[path: "status", "succeeded"] == 1 }
      let job = try await lab.wait("batch", "Job", "twice") { $0.json[path: "status", "succeeded"] == 1 }
      #expect(job.json[path: "status", "failed"] == 2)
    }
  }

  @Test func `Claims are bound, with WaitForFirstConsumer only once a pod uses them`() async throws {
    try await withNamespace { lab in
      try await lab.create("", "PersistentVolumeClaim", claim("now", class: "longhorn"))
      try await lab.create("", "PersistentVolumeClaim", claim("later", class: "longhorn-wait"))
      _ = try await lab.wait("", "PersistentVolumeClaim", "now") { $0.json[path: "status", "phase"] == "Bound" }
      let later = try await lab.wait("", "PersistentVolumeClaim", "later") { _ in true }
      #expect(later.json[path: "status", "phase"] == "Pending")

      var pod = workload("user", replicas: 1)
      pod[path: "spec", "template", "spec", "volumes"] = [
        ["name": "data", "persistentVolumeClaim": ["claimName": "later"]]
      ]
      try await lab.create("apps", "Deployment", pod)
      _ = try await lab.wait("", "PersistentVolumeClaim", "later") { $0.json[path: "status", "phase"] == "Bound" }
      _ = try await lab.wait("apps", "Deployment", "user") { $0.json[path: "status", "availableReplicas"] == 1 }
    }
  }

  @Test func `A load balancer gives the address that was asked for, or a free one`() async throws {
    try await withNamespace { lab in
      for (name, address) in [("asked", "192.168.14.47"), ("free", nil)] {
        var service: JSON = [
          "apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)],
          "spec": ["type": "LoadBalancer", "ports": [["port": 80]], "selector": ["app": "web"]],
        ]
        if let address { service[path: "spec", "loadBalancerIP"] = .string(address) }
        try await lab.create("", "Service", service)
      }
      let asked = try await lab.wait("", "Service", "asked") { $0.address != nil }
      #expect(asked.address == "192.168.14.47")
      let free = try await lab.wait("", "Service", "free") { $0.address != nil }
      #expect(free.address != asked.address)
    }
  }

  @Test(arguments: [
    ("image-pull-backoff", "ImagePullBackOff"), ("crash-loop", "CrashLoopBackOff"),
  ])
  func `A pod that is told to be unwell says why`(behaviour: String, reason: String) async throws {
    try await withNamespace { lab in
      try await lab.create(
        "apps", "Deployment", workload("bad", replicas: 1, annotations: ["lab.croft.dev/behaviour": behaviour]))
      try await lab.waitForPod {
        $0.json[path: "status", "containerStatuses"]?[0]?[path: "state", "waiting", "reason"] == .string(reason)
      }
    }
  }

  @Test func `A pod that is never ready runs`() async throws {
    try await withNamespace { lab in
      try await lab.create(
        "apps", "Deployment", workload("slow", replicas: 1, annotations: ["lab.croft.dev/behaviour": "never-ready"]))
      try await lab.waitForPod {
        $0.json[path: "status", "phase"] == "Running"
          && $0.json[path: "status", "containerStatuses"]?[0]?["ready"] == false
      }
    }
  }

  @Test func `Deleted pods go, and their namespace`() async throws {
    let name = try await withNamespace { lab in
      try await lab.create("apps", "Deployment", workload("web", replicas: 2))
      _ = try await lab.wait("apps", "Deployment", "web") { $0.json[path: "status", "availableReplicas"] == 2 }
      return lab.namespace
    }
    let lab = try await LabNamespace(name)
    try await lab.waitUntilGone()
  }

  @Test func `A custom resource with the annotation becomes ready, another does not`() async throws {
    try await withNamespace { lab in
      let group = "\(lab.namespace).lab.croft.dev"
      try await lab.create(
        "apiextensions.k8s.io", "CustomResourceDefinition",
        [
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
          "metadata": ["name": .string("wells.\(group)")],
          "spec": [
            "group": .string(group), "scope": "Namespaced",
            "names": ["kind": "Well", "plural": "wells", "singular": "well", "listKind": "WellList"],
            "versions": [
              [
                "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                "schema": [
                  "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
                ],
              ]
            ],
          ],
        ])
      _ = try await lab.wait("apiextensions.k8s.io", "CustomResourceDefinition", "wells.\(group)") {
        $0.hasCondition("Established")
      }
      for (name, annotations) in [("played", ["lab.croft.dev/ready-after": "100ms"]), ("alone", [:])] {
        try await lab.create(group, "Well", object("\(group)/v1", "Well", name, annotations))
      }
      let played = try await lab.wait(group, "Well", "played") { $0.hasCondition("Ready") }
      #expect(played.json[path: "status", "observedGeneration"]?.int == played.generation)
      let alone = try await lab.wait(group, "Well", "alone") { _ in true }
      #expect(alone.json["status"] == nil)
    }
  }
}

private func object(_ apiVersion: String, _ kind: String, _ name: String, _ annotations: [String: String]) -> JSON {
  var object: JSON = ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)]]
  for (key, value) in annotations { object[path: "metadata", "annotations", key] = .string(value) }
  return object
}

private func template(_ app: String, _ annotations: [String: String]) -> JSON {
  var template: JSON = [
    "metadata": ["labels": ["app": .string(app)]],
    "spec": ["containers": [["name": "main", "image": .string("registry.example.net/\(app):1")]]],
  ]
  for (key, value) in annotations { template[path: "metadata", "annotations", key] = .string(value) }
  return template
}

private func workload(_ name: String, replicas: Int, annotations: [String: String] = [:]) -> JSON {
  var deployment = object("apps/v1", "Deployment", name, [:])
  deployment["spec"] = [
    "replicas": .int(replicas), "selector": ["matchLabels": ["app": .string(name)]],
    "template": template(name, annotations),
  ]
  return deployment
}

private func job(_ name: String, annotations: [String: String] = [:]) -> JSON {
  var job = object("batch/v1", "Job", name, [:])
  var template = template(name, annotations)
  template[path: "spec", "restartPolicy"] = "Never"
  job["spec"] = ["backoffLimit": 6, "template": template]
  return job
}

private func claim(_ name: String, class storageClass: String) -> JSON {
  var claim = object("v1", "PersistentVolumeClaim", name, [:])
  claim["spec"] = [
    "accessModes": ["ReadWriteOnce"], "storageClassName": .string(storageClass),
    "resources": ["requests": ["storage": "1Gi"]],
  ]
  return claim
}

extension Object {
  fileprivate var address: String? { json[path: "status", "loadBalancer", "ingress"]?[0]?["ip"]?.string }

  fileprivate func hasCondition(_ type: String) -> Bool {
    (json[path: "status", "conditions"]?.array ?? []).contains {
      $0["type"] == .string(type) && $0["status"] == "True"
    }
  }
}
