import JSON
import Kubernetes

/// Plays the controllers of custom resources: sets `Ready` and `observedGeneration` some time after a change.
struct CustomResourcePlayer: Sendable {
  let lab: LabClient
  let options: HollowNodes.CustomResources

  /// Starts a controller for each definition once it is served.
  func run() async throws {
    let definitions = try await lab.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    try await withThrowingDiscardingTaskGroup { group in
      var played: Set<String> = []
      try await lab.follow(definitions) { change in
        switch change {
        case .gone(let definition): played.remove(definition.uid ?? "")
        case .present(let definition):
          guard let uid = definition.uid, definition.isEstablished, let resource = Resource(definition),
            options.plays(resource.gvk.groupKind), played.insert(uid).inserted
          else { return }
          group.addTask { try await control(resource, definition: definition, in: definitions) }
        }
      }
    }
  }

  /// Ends when the definition is gone.
  private func control(_ resource: Resource, definition: Object, in definitions: Resource) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask {
        while let current = try? await lab.api.get(definitions, namespace: nil, name: definition.name),
          current.uid == definition.uid
        {
          try await lab.clock.sleep(for: .seconds(2))
        }
      }
      group.addTask {
        // Definitions without status.observedGeneration drop it, so the object alone does not tell.
        var handled: [String: Int] = [:]
        try await withThrowingDiscardingTaskGroup { waiting in
          try await lab.follow(resource) { change in
            guard case .present(let object) = change, !object.isBeingDeleted, !object.isObserved, let uid = object.uid,
              let delay = options.delay(of: object, resource.gvk.groupKind),
              handled.updateValue(object.generation ?? 1, forKey: uid) != object.generation ?? 1
            else { return }
            waiting.addTask {
              try await lab.eventually(after: delay) { try await lab.patchStatus(resource, object, object.readyStatus) }
            }
          }
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }
}

extension Object {
  fileprivate var isEstablished: Bool {
    let conditions = json[path: "status", "conditions"]?.array ?? []
    return conditions.contains { $0["type"] == "Established" && $0["status"] == "True" }
  }

  fileprivate var isObserved: Bool {
    guard let observed = json[path: "status", "observedGeneration"]?.int else { return false }
    return observed == generation
  }

  fileprivate var readyStatus: JSON {
    [
      "observedGeneration": .int(generation ?? 1),
      "conditions": [
        [
          "type": "Ready", "status": "True", "reason": "Played", "message": "hollow",
          "lastTransitionTime": Timestamp.now,
          "observedGeneration": .int(generation ?? 1),
        ]
      ],
    ]
  }
}

extension Resource {
  /// What a CustomResourceDefinition defines, in its storage version.
  fileprivate init?(_ definition: Object) {
    let spec = definition.json["spec"] ?? [:]
    guard let group = spec["group"]?.string, let kind = spec[path: "names", "kind"]?.string,
      let plural = spec[path: "names", "plural"]?.string,
      let version = spec["versions"]?.array?.first(where: { $0["storage"] == true }),
      let name = version["name"]?.string
    else { return nil }
    self.init(
      gvk: GroupVersionKind(group: group, version: name, kind: kind), plural: plural,
      isNamespaced: spec["scope"] == "Namespaced",
      subresources: version[path: "subresources", "status"] == nil ? [] : ["status"])
  }
}
