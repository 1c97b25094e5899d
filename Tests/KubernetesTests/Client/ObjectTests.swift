import JSON
import Kubernetes
import Lab
import Testing

@Suite("Objects on a real API server", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct ObjectTests {
  @Test("An object is created, read, changed, listed and deleted")
  func life() async throws {
    let box = try await Sandbox.make()
    let created = try await box.cluster.create(box.configMap("a", ["x": "1"]), .configMaps, dryRun: false)
    #expect(created.uid != nil)

    let merged = try await box.cluster.patch(
      .configMaps, namespace: box.namespace, name: "a", .merge(["data": ["y": "2"]]), subresource: nil, dryRun: false)
    #expect(merged.json[path: "data", "y"] == "2")
    let patched = try await box.cluster.patch(
      .configMaps, namespace: box.namespace, name: "a", .json([["op": "remove", "path": "/data/x"]]),
      subresource: nil, dryRun: false)
    #expect(patched.json["data"] == ["y": "2"])

    let list = try await box.cluster.list(.configMaps, namespace: box.namespace, ListOptions())
    let read = try #require(list.items.first { $0.name == "a" })
    #expect(read.gvk == Resource.configMaps.gvk, "lists of built-in kinds leave the kind out")
    #expect(try await box.cluster.get(.configMaps, namespace: box.namespace, name: "a") == read)

    #expect(try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "a", DeleteOptions()))
    #expect(try await box.cluster.get(.configMaps, namespace: box.namespace, name: "a") == nil)
    #expect(try await !box.cluster.delete(.configMaps, namespace: box.namespace, name: "a", DeleteOptions()))
  }

  @Test("Server-side apply names the manager and the field of a conflict, and force takes it over")
  func conflict() async throws {
    let box = try await Sandbox.make()
    _ = try await box.cluster.apply(
      box.configMap("shared", ["color": "red"]), .configMaps, ApplyOptions(fieldManager: "kubectl \"x\""))
    let wanted = box.configMap("shared", ["color": "blue"])
    let error = await #expect(throws: KubernetesError.self) {
      try await box.cluster.apply(wanted, .configMaps, ApplyOptions())
    }
    guard case .conflict(let object, let conflicts, _) = error else {
      Issue.record("expected a conflict, got \(String(describing: error))")
      return
    }
    #expect(object == "configmaps \(box.namespace)/shared")
    #expect(conflicts == [FieldConflict(manager: "kubectl \"x\"", field: ".data.color")])
    let taken = try await box.cluster.apply(wanted, .configMaps, ApplyOptions(force: true))
    #expect(taken.json[path: "data", "color"] == "blue")
  }

  @Test("A missing kind is not a missing object")
  func unknownKind() async throws {
    let box = try await Sandbox.make()
    let resource = Resource(
      gvk: GroupVersionKind(apiVersion: "example.com/v1", kind: "Ghost"), plural: "ghosts", isNamespaced: true)
    let error = await #expect(throws: KubernetesError.self) {
      try await box.cluster.get(resource, namespace: box.namespace, name: "a")
    }
    guard case .status(let failure) = error else {
      Issue.record("expected a status, got \(String(describing: error))")
      return
    }
    #expect(failure.reason == "NotServed")
    #expect(failure.description.contains("GET ghosts.example.com \(box.namespace)/a"))
  }
}
