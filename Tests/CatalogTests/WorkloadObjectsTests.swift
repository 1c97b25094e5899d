import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Testing

@Suite struct WorkloadObjectsTests {
  /// `CROFT_RECORD=1 swift test --filter CatalogTests` writes the fixtures anew; read the difference before committing.
  @Test(arguments: WorkloadShape.all)
  func makesExactly(_ shape: WorkloadShape) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(shape.fixture).json")
    let text = JSON.array(objects(for: shape.release)).pretty + "\n"
    if ProcessInfo.processInfo.environment["CROFT_RECORD"] == "1" { try Data(text.utf8).write(to: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func everyFixtureHasItsShape() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    #expect(Set(files) == Set(WorkloadShape.all.map { $0.fixture + ".json" }))
  }

  @Test(arguments: WorkloadShape.all)
  func isTheSameEveryTime(_ shape: WorkloadShape) {
    let first = objects(for: shape.release).map(\.text)
    for _ in 0..<5 { #expect(objects(for: shape.release).map(\.text) == first) }
  }

  /// Kubernetes refuses a change of any of these, so what a user may change must not show in them.
  @Test func immutableFieldsDoNotMoveWithTheFile() throws {
    for kind in Workload.Kind.allCases {
      let plain = WorkloadShape.release {
        $0.kind = kind
        $0.storage = [WorkloadShape.claim("data")]
      }
      var changed = WorkloadShape.release {
        $0.kind = kind
        $0.storage = [WorkloadShape.claim("data")]
        $0.image = "registry.example.net/other@sha256:abc"
        $0.replicas = 3
        $0.ports = [WorkloadShape.web]
        $0.security.user = 1000
        $0.revisionHistoryLimit = 9
        $0.nodeSelector = ["disk": "nvme"]
        $0.service.type = .loadBalancer
      }
      changed.section = .platform
      changed.namespace.labels = ["team": "home"]
      changed.values = ["anything": 1]
      let before = try #require(controller(of: plain))
      let after = try #require(controller(of: changed))
      #expect(before != after)
      for field in ["selector", "serviceName", "volumeClaimTemplates"] {
        #expect(before["spec"]?[field] == after["spec"]?[field], "\(kind).spec.\(field)")
      }
      for key in try #require(before[path: "spec", "selector", "matchLabels"]?.object).keys {
        #expect(
          before[path: "spec", "selector", "matchLabels"]?[key]
            == after[path: "spec", "template", "metadata", "labels"]?[key])
      }
    }
  }

  @Test func everythingOfAReleaseStandsInItsNamespaceAndIsMarked() {
    for shape in WorkloadShape.all {
      for object in objects(for: shape.release) {
        #expect(object[path: "metadata", "namespace"] == "documents")
        #expect(object["metadata"]?["labels"]?["app.kubernetes.io/managed-by"] == "croft")
      }
    }
  }

  @Test(arguments: WorkloadShape.all)
  func leavesOutWhatHasNoValue(_ shape: WorkloadShape) {
    for object in objects(for: shape.release) {
      #expect(!object.text.contains("null"))
      #expect(!object.text.contains("[]"))
    }
  }

  @Test func noTwoObjectsOfAReleaseHaveOneName() {
    for shape in WorkloadShape.all {
      let names = objects(for: shape.release).map { "\($0["kind"]!.text)/\($0["metadata"]!["name"]!.text)" }
      #expect(Set(names).count == names.count)
    }
  }

  @Test func onlyImagesGetObjectsFromCroft() {
    var release = WorkloadShape.release()
    release.source = .manifests([.inline(["kind": "ConfigMap"], span: release.span)])
    #expect(objects(for: release).isEmpty)
    release.source = .chart(.directory(path: "charts/web", span: release.span))
    #expect(objects(for: release).isEmpty)
    release.source = .kustomize("web", span: release.span)
    #expect(objects(for: release).isEmpty)
  }

  private func controller(of release: Release) -> JSON? {
    objects(for: release).first { ["Deployment", "StatefulSet"].contains($0["kind"]?.string) }
  }
}
