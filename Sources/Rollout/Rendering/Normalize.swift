import Blueprint
import JSON
import Kubernetes

extension Object {
  /// The object as it is applied: no `status`, no `null`s, no server-made metadata, Secrets with `data` only.
  ///
  /// Charts often render `creationTimestamp: null` and empty values; in a server-side apply a `null` would ask
  /// for something, so members that are `null` are left out.
  func normalized() -> Object {
    var json = Self.withoutNulls(json)
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
    return Object(json)
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
