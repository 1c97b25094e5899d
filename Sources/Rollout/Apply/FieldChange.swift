public import JSON
public import Kubernetes

/// One field that is, or would be, different.
public struct FieldChange: Sendable, Equatable {
  /// `spec.template.spec.containers[web].image`
  public var path: String
  /// `nil`: the field is not there.
  public var before: JSON?
  public var after: JSON?
  /// The values are secret; they are `••••` here.
  public var isMasked: Bool

  public init(path: String, before: JSON?, after: JSON?, isMasked: Bool = false) {
    self.path = path
    self.before = before
    self.after = after
    self.isMasked = isMasked
  }

  /// What is different between two states of an object, without what the server keeps for itself.
  public static func between(_ before: Object, _ after: Object) -> [FieldChange] {
    var changes: [FieldChange] = []
    collect(comparable(before).json, comparable(after).json, path: "", into: &changes)
    guard before.isSecret || after.isSecret else { return changes }
    return changes.map { change in
      // Keys with dots are written data["tls.key"].
      let isData = ["data", "stringData"].contains { change.path.hasPrefix($0) }
      guard isData || change.path.contains("last-applied") || change.path == "metadata.annotations" else {
        return change
      }
      return FieldChange(
        path: change.path, before: change.before.map { _ in "••••" }, after: change.after.map { _ in "••••" },
        isMasked: true)
    }
  }

  static func comparable(_ object: Object) -> Object {
    var json = object.json
    json["status"] = nil
    for key in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
      json[path: "metadata", key] = nil
    }
    return Object(json)
  }

  private static func collect(_ before: JSON, _ after: JSON, path: String, into changes: inout [FieldChange]) {
    if before == after { return }
    switch (before, after) {
    case (.object(let a), .object(let b)):
      for member in a {
        let path = join(path, member.key)
        if let value = b[member.key] {
          collect(member.value, value, path: path, into: &changes)
        } else {
          changes.append(FieldChange(path: path, before: member.value, after: nil))
        }
      }
      for member in b where a[member.key] == nil {
        changes.append(FieldChange(path: join(path, member.key), before: nil, after: member.value))
      }
    case (.array(let a), .array(let b)):
      let names = { (list: [JSON]) in list.compactMap { $0["name"]?.string } }
      if names(a).count == a.count, names(b).count == b.count, Set(names(a)).count == a.count,
        Set(names(b)).count == b.count
      {
        for element in a {
          let path = "\(path)[\(element["name"]!.string!)]"
          if let other = b.first(where: { $0["name"] == element["name"] }) {
            collect(element, other, path: path, into: &changes)
          } else {
            changes.append(FieldChange(path: path, before: element, after: nil))
          }
        }
        for element in b where !a.contains(where: { $0["name"] == element["name"] }) {
          changes.append(FieldChange(path: "\(path)[\(element["name"]!.string!)]", before: nil, after: element))
        }
      } else if a.count == b.count {
        for index in a.indices { collect(a[index], b[index], path: "\(path)[\(index)]", into: &changes) }
      } else {
        changes.append(FieldChange(path: path, before: before, after: after))
      }
    default: changes.append(FieldChange(path: path, before: before, after: after))
    }
  }

  private static func join(_ path: String, _ key: String) -> String {
    let key = key.contains(".") || key.contains("/") ? "[\"\(key)\"]" : key
    if path.isEmpty { return key }
    return key.hasPrefix("[") ? path + key : path + "." + key
  }
}
