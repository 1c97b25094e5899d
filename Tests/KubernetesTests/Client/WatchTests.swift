import HTTP
import JSON
import Lab
import Testing

@testable import Kubernetes

@Suite("Watches", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct WatchTests {
  @Test("A watch tells what is added, changed and deleted, in order")
  func events() async throws {
    let box = try await Sandbox.make()
    let start = try await box.cluster.list(.configMaps, namespace: box.namespace, ListOptions()).resourceVersion
    _ = try await box.cluster.apply(box.configMap("w", ["x": "1"]), .configMaps, ApplyOptions())
    _ = try await box.cluster.apply(box.configMap("w", ["x": "2"]), .configMaps, ApplyOptions())
    try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "w", DeleteOptions())
    var told: [String] = []
    let options = ListOptions(fieldSelector: "metadata.name=w")
    for try await event in box.cluster.watch(.configMaps, namespace: box.namespace, options, from: start) {
      switch event {
      case .added(let object): told.append("added \(object.json[path: "data", "x"]?.string ?? "")")
      case .modified(let object): told.append("modified \(object.json[path: "data", "x"]?.string ?? "")")
      case .deleted(let object): told.append("deleted \(object.name)")
      case .bookmark: break
      }
      if told.count == 3 { break }
    }
    #expect(told == ["added 1", "modified 2", "deleted w"])
  }

  @Test("Bookmarks come, and a watch can go on from one")
  func bookmark() async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      // The server sends one two seconds before a watch ends.
      let cluster = try server.cluster()
      let start = try await cluster.list(.configMaps, namespace: box.namespace, ListOptions()).resourceVersion
      // It sends none where nothing of the kind changed while the watch was open: each watch is told of an object that
      // is there, and changes it.
      _ = try await cluster.apply(box.configMap("before"), .configMaps, ApplyOptions())
      var bookmark: String?
      // A server that is busy may miss the moment: then the next watch has it.
      for count in 1...5 where bookmark == nil {
        try await server.inject(.rewrite("timeoutSeconds=", "timeoutSeconds=6&was=", match: "watch=true"))
        for try await event in cluster.watch(.configMaps, namespace: box.namespace, ListOptions(), from: start) {
          switch event {
          case .bookmark(let version): bookmark = version
          case .added:
            _ = try await cluster.apply(box.configMap("before", ["x": "\(count)"]), .configMaps, ApplyOptions())
          default: break
          }
        }
      }
      let version = try #require(bookmark, "five watches ended without a bookmark")
      _ = try await cluster.apply(box.configMap("after"), .configMaps, ApplyOptions())
      var first: String?
      for try await event in cluster.watch(.configMaps, namespace: box.namespace, ListOptions(), from: version) {
        guard case .added(let object) = event else { continue }
        first = object.name
        break
      }
      #expect(first == "after")
    }
  }

  @Test("A watch closes its connection when nobody listens any more, and when its task is cancelled")
  func closes() async throws {
    let box = try await Sandbox.make()
    let leases = Resource(
      gvk: GroupVersionKind(apiVersion: "coordination.k8s.io/v1", kind: "Lease"), plural: "leases", isNamespaced: true)
    // Nothing else watches leases in this namespace; the server counts by kind, so only this test may watch them.
    let before = try await watches(of: "leases", box.cluster)
    let lease: JSON = [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": "a"], "spec": [:],
    ]
    var object = Object(lease)
    object.namespace = box.namespace
    _ = try await box.cluster.apply(object, leases, ApplyOptions())

    for try await _ in box.cluster.observe(leases, namespace: box.namespace, clock: ContinuousClock()) { break }
    let watching = Task {
      for try await _ in box.cluster.observe(leases, namespace: box.namespace, clock: ContinuousClock()) {}
    }
    try await eventually("the watch at the server") {
      try await watches(of: "leases", box.cluster) == before + 1 ? true : nil
    }
    // By itself it would never end.
    watching.cancel()
    _ = await watching.result
    try await eventually("the end of the watch at the server") {
      try await watches(of: "leases", box.cluster) == before ? true : nil
    }
  }

  /// What the server itself counts.
  private func watches(of resource: String, _ cluster: Cluster) async throws -> Int {
    var call = Call(path: "/metrics", subject: "the server's metrics")
    call.accept = "*/*"
    let text = String(decoding: try await cluster.send(call).body, as: UTF8.self)
    return text.split(separator: "\n").filter {
      $0.hasPrefix("apiserver_longrunning_gauge{") && $0.contains("resource=\"\(resource)\"") && $0.contains("WATCH")
    }.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
  }
}

@Suite("Lines of a stream") struct LineBufferTests {
  @Test("Lines come out whole however the bytes were cut", arguments: 1...12)
  func pieces(size: Int) throws {
    let bytes = Array("one\ntwo\n\nthree longer\nrest".utf8)
    var buffer = LineBuffer()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      buffer.append(Array(bytes[start..<min(start + size, bytes.count)]))
      while let line = buffer.next({ String(decoding: $0, as: UTF8.self) }) { lines.append(line) }
    }
    let rest = buffer.rest { String(decoding: $0, as: UTF8.self) }
    #expect(lines == ["one", "two", "three longer"])
    #expect(rest == "rest")
  }
}
