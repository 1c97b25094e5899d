public import JSON

/// Names one object in a cluster, whatever version of its kind is used.
public struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
  public var groupKind: GroupKind
  /// `nil` for cluster-scoped objects.
  public var namespace: String?
  public var name: String

  public init(_ groupKind: GroupKind, namespace: String?, name: String) {
    self.groupKind = groupKind
    self.namespace = namespace
    self.name = name
  }

  /// `deployment.apps/home/web`, `namespace/home`: kind, namespace where there is one, name.
  public var description: String {
    let kind = groupKind.description.lowercased()
    return namespace.map { "\(kind)/\($0)/\(name)" } ?? "\(kind)/\(name)"
  }

  public static func < (a: ObjectID, b: ObjectID) -> Bool {
    (a.groupKind, a.namespace ?? "", a.name) < (b.groupKind, b.namespace ?? "", b.name)
  }
}

/// Any Kubernetes object, as its JSON.
public struct Object: Sendable, Equatable {
  public var json: JSON
  public init(_ json: JSON) { self.json = json }
}

extension Object {
  public var apiVersion: String { json["apiVersion"]?.string ?? "" }
  public var kind: String { json["kind"]?.string ?? "" }
  public var gvk: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }
  public var metadata: JSON { json["metadata"] ?? .null }

  public var name: String {
    get { metadata["name"]?.string ?? "" }
    set { json[path: "metadata", "name"] = .string(newValue) }
  }
  public var namespace: String? {
    get { metadata["namespace"]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    set { json[path: "metadata", "namespace"] = newValue.map(JSON.string) }
  }
  public var uid: String? { metadata["uid"]?.string }
  public var resourceVersion: String? { metadata["resourceVersion"]?.string }
  public var generation: Int? { metadata["generation"]?.int }
  public var isBeingDeleted: Bool { metadata["deletionTimestamp"]?.string != nil }

  public var labels: [String: String] { strings("labels") }
  public var annotations: [String: String] { strings("annotations") }

  public func label(_ key: String) -> String? { metadata["labels"]?[key]?.string }
  public func annotation(_ key: String) -> String? { metadata["annotations"]?[key]?.string }
  public mutating func setLabel(_ key: String, _ value: String?) {
    json[path: "metadata", "labels", key] = value.map(JSON.string)
  }
  public mutating func setAnnotation(_ key: String, _ value: String?) {
    json[path: "metadata", "annotations", key] = value.map(JSON.string)
  }

  public var id: ObjectID { ObjectID(gvk.groupKind, namespace: namespace, name: name) }

  private func strings(_ key: String) -> [String: String] {
    guard let members = metadata[key]?.object else { return [:] }
    return Dictionary(members.compactMap { m in m.value.string.map { (m.key, $0) } }, uniquingKeysWith: { $1 })
  }
}
