import JSON
import Kubernetes
import Testing
import YAML

/// One object, what is known beside it, and what it counts as.
struct StatusCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// YAML of the object, without what every case has: `metadata` is filled up with name `it` and namespace `home`.
  var object: String
  /// YAML documents: pods, each with at least a name, CustomResourceDefinitions and Events.
  var beside: String
  var bindingModes: [String: String]
  var now: Int?
  var sleeping: Set<String>
  /// `ready`, `terminating`, `progressing Reason`, or with everything: `failed pod/home/web-1: Reason: message`.
  var expected: String

  init(
    _ name: String, _ object: String, beside: String = "", bindingModes: [String: String] = [:], now: Int? = nil,
    sleeping: Set<String> = [], is expected: String
  ) {
    self.name = name
    self.object = object
    self.beside = beside
    self.bindingModes = bindingModes
    self.now = now
    self.sleeping = sleeping
    self.expected = expected
  }

  var testDescription: String { name }

  func check() throws {
    let objects = try objects(in: object)
    try #require(objects.count == 1)
    let others = try self.objects(in: beside)
    let definitions = others.filter { $0.kind == "CustomResourceDefinition" }.map { (GroupKind(definedBy: $0), $0) }
    var context = StatusContext(
      pods: others.filter { $0.kind == "Pod" }, bindingModes: bindingModes,
      definitions: Dictionary(uniqueKeysWithValues: definitions), now: now)
    context.refusals = StatusContext.refusals(in: others.filter { $0.kind == "Event" })
    context.sleeping = sleeping
    let readiness = objects[0].readiness(in: context)
    let seen = expected.contains(": ") ? readiness.text : readiness.word
    #expect(seen == expected)
  }

  private func objects(in text: String) throws -> [Object] {
    try Document.parse(text, file: name).map { node in
      var object = Object(node.json)
      if object.kind.isEmpty { object.json["kind"] = "Pod" }
      if object.apiVersion.isEmpty { object.json["apiVersion"] = "v1" }
      if object.name.isEmpty { object.name = "it" }
      if object.namespace == nil { object.namespace = "home" }
      return object
    }
  }
}

extension Readiness {
  /// With the reason of the blocker only.
  var word: String {
    switch self {
    case .ready: "ready"
    case .terminating: "terminating"
    case .progressing(let blocker): "progressing \(blocker.reason)"
    case .failed(let blocker): "failed \(blocker.reason)"
    }
  }

  var text: String {
    switch self {
    case .ready, .terminating: word
    case .progressing(let blocker): "progressing \(blocker)"
    case .failed(let blocker): "failed \(blocker)"
    }
  }
}
