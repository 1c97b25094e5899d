import JSON
import Kubernetes
import Testing

@testable import Rollout

@Suite struct FieldChangeTests {
  @Test func namesEachFieldByItsPath() throws {
    let before = Object([
      "spec": ["replicas": 1, "containers": [["name": "web", "image": "a:1"], ["name": "old"]]],
      "metadata": ["resourceVersion": "1", "annotations": ["example.net/x": "1"]],
    ])
    let after = Object([
      "spec": ["replicas": 2, "containers": [["name": "web", "image": "a:2"]], "paused": true],
      "metadata": ["resourceVersion": "2", "annotations": ["example.net/x": "2"]], "status": ["x": 1],
    ])
    let changes = FieldChange.between(before, after)
    #expect(
      changes == [
        FieldChange(path: "spec.replicas", before: 1, after: 2),
        FieldChange(path: "spec.containers[web].image", before: "a:1", after: "a:2"),
        FieldChange(path: "spec.containers[old]", before: ["name": "old"], after: nil),
        FieldChange(path: "spec.paused", before: nil, after: true),
        FieldChange(path: "metadata.annotations[\"example.net/x\"]", before: "1", after: "2"),
      ])
  }

  @Test func neverShowsWhatASecretHolds() {
    let before = Object(["kind": "Secret", "apiVersion": "v1", "data": ["password": "b2xk", "gone": "eA=="]])
    let after = Object(["kind": "Secret", "apiVersion": "v1", "data": ["password": "bmV3"]])
    let changes = FieldChange.between(before, after)
    #expect(changes.count == 2)
    #expect(changes.allSatisfy { $0.isMasked })
    #expect(!"\(changes)".contains("b2xk") && !"\(changes)".contains("bmV3") && !"\(changes)".contains("eA=="))
  }
}
