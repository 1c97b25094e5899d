import JSON
import Kubernetes
import Lab
import Testing

@Suite("Lists", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct ListTests {
  @Test("1,200 objects come in pages, each once; a page that is forgotten meanwhile starts the list again")
  func pages() async throws {
    var options = ControlPlane.Options.apiServerOnly
    options.apiServerArguments = ["--etcd-compaction-interval=1s"]
    try await withControlPlane(options) { plane in
      let box = try await Sandbox.make(on: plane)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<1200 {
          group.addTask {
            let object = box.configMap("c\(index)", labels: ["part": index < 100 ? "few" : "many"])
            _ = try await box.cluster.apply(object, .configMaps, ApplyOptions())
          }
        }
        try await group.waitForAll()
      }
      let names = Set((0..<1200).map { "c\($0)" })
      try await withFaultyServer(plane: plane) { server in
        let cluster = try server.cluster()
        let list = try await cluster.list(.configMaps, namespace: box.namespace, ListOptions())
        #expect(list.items.count(where: { names.contains($0.name) }) == 1200)
        #expect(Set(list.items.map(\.name)).isSuperset(of: names))
        #expect(Int(list.resourceVersion) != nil)
        // Two more pages; on a busy machine etcd may forget the moment of this list too.
        let pages = try await server.requests("continue=").count
        #expect(pages >= 2)

        let few = try await cluster.list(.configMaps, namespace: nil, ListOptions(labelSelector: "part in (few)"))
        #expect(few.items.count == 100)
        let one = try await cluster.list(.configMaps, namespace: nil, ListOptions(fieldSelector: "metadata.name=c7"))
        #expect(one.items.map(\.name) == ["c7"])

        // etcd forgets the list's moment while the second page is held up, but only once something was written since.
        try await server.inject(.delay(5, match: "continue="))
        async let writing: Void = write(box)
        let again = try await cluster.list(.configMaps, namespace: box.namespace, ListOptions())
        try await writing
        #expect(Set(again.items.map(\.name)).isSuperset(of: names))
        #expect(again.items.count(where: { names.contains($0.name) }) == 1200)
        #expect(
          try await server.requests("continue=").count >= pages + 1 + 2, "the second list was expected to start again")
      }
    }
  }

  private func write(_ box: Sandbox) async throws {
    for index in 0..<40 {
      _ = try await box.cluster.apply(box.configMap("later", ["x": "\(index)"]), .configMaps, ApplyOptions())
      try await ContinuousClock().sleep(for: .milliseconds(100))
    }
  }
}
