import HTTP
import JSON
import Lab
import Testing

@testable import Kubernetes

@Suite("Discovery", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct DiscoveryTests {
  @Test("Kinds are found by kind, by short name and by version, with their subresources")
  func kinds() async throws {
    let cluster = try await SharedServer.shared.plane().cluster()
    let discovery = try await cluster.discovery(refresh: false)
    let deployment = try #require(discovery.resource(named: "deploy"))
    #expect(deployment.gvk == GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"))
    #expect(deployment.plural == "deployments")
    #expect(deployment.isNamespaced)
    #expect(deployment.subresources == ["scale", "status"])
    #expect(deployment.verbs.isSuperset(of: ["get", "list", "watch", "patch", "delete"]))
    let node = try #require(discovery.resource(GroupKind(group: "", kind: "Node")))
    #expect(!node.isNamespaced)
    #expect(discovery.resource(GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler"))?.gvk.version == "v1")
    let old = GroupVersionKind(apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler")
    #expect(discovery.resource(old) != nil)
    #expect(discovery.apiVersions.contains("apps/v1/Deployment"))
    #expect(discovery.unavailable.isEmpty)
  }

  @Test("The server's version")
  func version() async throws {
    let version = try await SharedServer.shared.plane().cluster().version()
    #expect(version.major == 1)
    #expect(version.minor >= 20)
    #expect(version.gitVersion.hasPrefix("v1."))
  }

  @Test("It is read once, and concurrent callers share a reading")
  func shared() async throws {
    try await withFaultyServer { server in
      let cluster = try server.cluster()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { _ = try await cluster.discovery(refresh: false) } }
        try await group.waitForAll()
      }
      #expect(try await server.requests("GET /apis").filter { $0 == "GET /apis" }.count == 1)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { _ = try await cluster.discovery(refresh: true) } }
        try await group.waitForAll()
      }
      // Those that came after the second reading had begun need a third.
      #expect((2...3).contains(try await server.requests("GET /apis").filter { $0 == "GET /apis" }.count))
    }
  }

  @Test("A new kind is there after a refresh; an aggregated API that is down does not hide the others")
  func changes() async throws {
    try await withControlPlane(.apiServerOnly) { plane in
      let box = try await Sandbox.make(on: plane)
      let cluster = box.cluster
      let discovery = try await cluster.discovery(refresh: false)
      let definitions = try #require(discovery.resource(named: "customresourcedefinitions"))
      _ = try await cluster.apply(Object(widget), definitions, ApplyOptions())
      let resource = try await eventually("the new kind") {
        try await cluster.discovery(refresh: true).resource(GroupKind(group: "example.com", kind: "Widget"))
      }
      #expect(resource.subresources == ["status"])
      let object: JSON = [
        "apiVersion": "example.com/v1", "kind": "Widget",
        "metadata": ["name": "w", "namespace": .string(box.namespace)],
        "spec": ["size": 3],
      ]
      _ = try await cluster.apply(Object(object), resource, ApplyOptions())
      #expect(try await cluster.get(resource, namespace: box.namespace, name: "w")?.json[path: "spec", "size"] == 3)

      let services = try #require(discovery.resource(named: "apiservices"))
      let service: JSON = [
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
        "metadata": ["name": "v1beta1.gone.example.com"],
        "spec": [
          "group": "gone.example.com", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
          "insecureSkipTLSVerify": true, "service": ["name": "gone", "namespace": "default"],
        ],
      ]
      // Kubernetes 1.20 panics when an APIService is applied.
      _ = try await cluster.create(Object(service), services, dryRun: false)
      let broken = try await eventually("the group that is down") {
        let discovery = try await cluster.discovery(refresh: true)
        return discovery.unavailable.isEmpty ? nil : discovery
      }
      #expect(broken.unavailable.keys.sorted() == ["gone.example.com"])
      #expect(broken.resource(named: "deploy") != nil)
      #expect(broken.resource(GroupKind(group: "example.com", kind: "Widget")) != nil)
    }
  }

  private let widget: JSON = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": ["name": "widgets.example.com"],
    "spec": [
      "group": "example.com", "scope": "Namespaced",
      "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"],
      "versions": [
        [
          "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
          "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
        ]
      ],
    ],
  ]

  @Test("Aggregated discovery reads like the other one")
  func aggregated() throws {
    // An excerpt of what Kubernetes 1.33 answers; the lab's server is older.
    let json: JSON = [
      "metadata": ["name": "apps", "creationTimestamp": .null],
      "versions": [
        [
          "version": "v1", "freshness": "Current",
          "resources": [
            [
              "resource": "deployments", "responseKind": ["group": "apps", "version": "v1", "kind": "Deployment"],
              "scope": "Namespaced", "singularResource": "deployment", "verbs": ["get", "list"],
              "shortNames": ["deploy"],
              "subresources": [
                [
                  "subresource": "scale", "verbs": ["get"],
                  "responseKind": ["group": "autoscaling", "version": "v1", "kind": "Scale"],
                ]
              ],
            ]
          ],
        ]
      ],
    ]
    let core: JSON = [
      "metadata": ["creationTimestamp": .null],
      "versions": [
        [
          "version": "v1",
          "resources": [
            [
              "resource": "pods", "responseKind": ["group": "", "version": "v1", "kind": "Pod"], "scope": "Namespaced",
              "verbs": ["get"],
              "subresources": [
                [
                  "subresource": "eviction", "verbs": ["create"],
                  "responseKind": ["group": "policy", "version": "v1", "kind": "Eviction"],
                ]
              ],
            ]
          ],
        ]
      ],
    ]
    let stale: JSON = [
      "metadata": ["name": "gone.example.com"], "versions": [["version": "v1", "freshness": "Stale"]],
    ]
    let reading = DiscoveryReading(groups: [core, json, stale].map(APIGroup.init(aggregated:)))
    let deployment = try #require(reading.discovery.resource(named: "deploy"))
    #expect(deployment.gvk == GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"))
    #expect(deployment.subresources == ["scale"])
    #expect(deployment.isNamespaced)
    #expect(reading.discovery.resource(GroupKind("Pod"))?.subresources == ["eviction"])
    #expect(reading.evictionVersion == "policy/v1")
    #expect(reading.discovery.unavailable.keys.sorted() == ["gone.example.com"])
  }
}
