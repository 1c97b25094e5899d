internal import Digest
import JSON
import Kubernetes

/// Which objects a release owns: an ApplySet (KEP-3659, kubectl's names) whose parent is a ConfigMap.
///
/// The parent is written before the first object, with every kind and namespace that will be touched, so that
/// a run that is killed in the middle never leaves an object that nobody knows.
struct Inventory: Sendable, Equatable {
  /// The namespace of all parents and of the lease.
  static let namespace = "croft-system"

  static let partOf = "applyset.kubernetes.io/part-of"
  static let idLabel = "applyset.kubernetes.io/id"
  static let tooling = "applyset.kubernetes.io/tooling"
  static let kindsAnnotation = "applyset.kubernetes.io/contains-group-kinds"
  static let namespacesAnnotation = "applyset.kubernetes.io/additional-namespaces"
  /// On members and parents, so that one list per kind finds both.
  static let releaseLabel = "croft.dev/release"
  static let clusterLabel = "croft.dev/cluster"
  static let revisionAnnotation = "croft.dev/revision"

  let cluster: String
  let release: String
  /// `applyset-` + base64url(sha256(name.namespace.kind.group)) + `-v1`, as KEP-3659 defines it.
  let id: String
  var kinds: Set<GroupKind>
  var namespaces: Set<String>
  /// The content that was rolled out to its end; `nil` while the first roll-out is under way.
  var revision: String?

  init(
    cluster: String, release: String, kinds: Set<GroupKind> = [], namespaces: Set<String> = [], revision: String? = nil
  ) {
    self.cluster = cluster
    self.release = release
    self.kinds = kinds
    self.namespaces = namespaces
    self.revision = revision
    let digest = Base64.encode(SHA256.digest(Array("\(cluster).\(release).\(Self.namespace).ConfigMap.".utf8)))
    let text = digest.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" }
    id = "applyset-\(String(text))-v1"
  }

  /// The parent's name: `nixlab.longhorn`.
  var name: String { "\(cluster).\(release)" }

  /// The parent object.
  var object: Object {
    var json: JSON = [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": .string(name), "namespace": .string(Self.namespace),
        "labels": [
          Self.idLabel: .string(id), Self.releaseLabel: .string(release), Self.clusterLabel: .string(cluster),
        ],
        "annotations": [
          Self.tooling: "croft/v1",
          Self.kindsAnnotation: .string(kinds.sorted().map(\.description).joined(separator: ",")),
          Self.namespacesAnnotation: .string(namespaces.sorted().joined(separator: ",")),
        ],
      ],
    ]
    if let revision { json[path: "metadata", "annotations", Self.revisionAnnotation] = .string(revision) }
    return Object(json)
  }

  /// Reads a parent; `nil` where the object is none of ours.
  init?(_ object: Object) {
    guard let release = object.label(Self.releaseLabel), let cluster = object.label(Self.clusterLabel),
      object.label(Self.idLabel) != nil, object.namespace == Self.namespace
    else { return nil }
    func list(_ key: String) -> [String] {
      (object.annotation(key) ?? "").split(separator: ",").map { String($0) }
    }
    self.init(
      cluster: cluster, release: release, kinds: Set(list(Self.kindsAnnotation).map { GroupKind($0) }),
      namespaces: Set(list(Self.namespacesAnnotation)), revision: object.annotation(Self.revisionAnnotation))
  }

  /// Marks an object as a member.
  func labelled(_ object: Object) -> Object {
    var object = object
    object.setLabel(Self.partOf, id)
    object.setLabel(Self.releaseLabel, release)
    return object
  }

  func owns(_ object: Object) -> Bool { object.label(Self.partOf) == id }
}
