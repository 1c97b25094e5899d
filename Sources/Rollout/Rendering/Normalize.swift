import Blueprint
import JSON
import Kubernetes

extension Object {
  /// The object as it is applied: no `status`, no `null`s, no server-made metadata, Secrets with `data` only.
  ///
  /// Charts often render `creationTimestamp: null` and empty values; in a server-side apply a `null` would ask
  /// for something, so members that are `null` are left out.
  func normalized() -> Object {
    var json = Self.holdsNull(json) ? Self.withoutNulls(json) : json
    json["status"] = nil
    for key in ["creationTimestamp", "managedFields", "resourceVersion", "uid", "generation", "selfLink"] {
      json[path: "metadata", key] = nil
    }
    for key in ["labels", "annotations"] {
      if let members = json[path: "metadata", key]?.object {
        if members.isEmpty {
          json[path: "metadata", key] = nil
        } else {
          // Charts give numbers and booleans here; the API takes strings only.
          let texts = members.map { JSONObject.Member($0.key, .string($0.value.string ?? $0.value.text)) }
          json[path: "metadata", key] = .object(JSONObject(texts))
        }
      }
    }
    if isSecret, let texts = json["stringData"]?.object {
      var data = json["data"]?.object ?? JSONObject()
      for member in texts { data[member.key] = .string(Base64.encode((member.value.string ?? "").utf8)) }
      json["data"] = .object(data)
      json["stringData"] = nil
    }
    if gvk.groupKind == GroupKind("Service") {
      json.update(at: ["spec"]) { spec in
        var spec = spec
        spec["ports"] = Self.withProtocols(spec["ports"])
        return spec
      }
    }
    if ["", "apps", "batch"].contains(gvk.group) {
      for path in Self.podSpecs { json.update(at: path[...], Self.withPortProtocols) }
    }
    return Object(json)
  }

  /// Where pods are described: a Pod, workloads, a CronJob.
  private static let podSpecs = [
    ["spec"], ["spec", "template", "spec"], ["spec", "jobTemplate", "spec", "template", "spec"],
  ]

  private static func withPortProtocols(_ podSpec: JSON) -> JSON {
    var podSpec = podSpec
    for list in ["containers", "initContainers"] {
      guard let containers = podSpec[list]?.array else { continue }
      podSpec[list] = .array(
        containers.map { container in
          var container = container
          container["ports"] = withProtocols(container["ports"])
          return container
        })
    }
    return podSpec
  }

  /// `protocol` is part of a port's identity, and servers before 1.21 do not know its default when they merge:
  /// they refuse what `kubectl apply` takes.
  private static func withProtocols(_ ports: JSON?) -> JSON? {
    guard let elements = ports?.array else { return ports }
    return .array(
      elements.map { port in
        guard port.object != nil, port["protocol"] == nil else { return port }
        var port = port
        port["protocol"] = "TCP"
        return port
      })
  }

  /// The usual object holds none, and then it is not copied.
  private static func holdsNull(_ value: JSON) -> Bool {
    switch value {
    case .null: true
    case .object(let object): object.contains { holdsNull($0.value) }
    case .array(let elements): elements.contains { holdsNull($0) }
    default: false
    }
  }

  private static func withoutNulls(_ value: JSON) -> JSON {
    switch value {
    case .object(let object):
      .object(
        JSONObject(object.compactMap { $0.value.isNull ? nil : .init($0.key, withoutNulls($0.value)) }))
    case .array(let elements): .array(elements.map(withoutNulls))
    default: value
    }
  }
}

extension ObjectPatch {
  func matches(_ object: Object) -> Bool {
    (target.kind.map { $0 == object.kind } ?? true) && (target.name.map { $0 == object.name } ?? true)
      && (target.namespace.map { $0 == object.namespace } ?? true)
  }

  func applied(to object: Object, release: String) throws -> Object {
    switch change {
    case .merge(let patch): return Object(object.json.merging(patch))
    case .operations(let operations):
      do throws(JSONPatchError) { return Object(try object.json.applying(operations)) } catch {
        throw RenderError.patch(release: release, reason: "\(object.id): \(error.message)")
      }
    }
  }
}

extension JSON {
  /// Changes the object at a path, where there is one.
  fileprivate mutating func update(at path: ArraySlice<String>, _ change: (JSON) -> JSON) {
    guard let value = value(at: path), value.object != nil else { return }
    set(change(value), at: path)
  }
}
