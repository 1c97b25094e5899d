import FoundationEssentials
import Glibc
import JSON
public import Kubernetes
import YAML

/// The CustomResourceDefinitions of other projects, in the folder that lies beside the repository.
public enum Definitions {
  public static let comment = "needs the definitions in ../shared/crds, and that folder is not there"
  public static var isThere: Bool { access(path, R_OK) == 0 }

  /// A worktree lies deeper than the repository itself.
  public static var path: String {
    let root = #filePath.split(separator: "/").dropLast(4)
    let folders = [1, 2].map { "/" + root.dropLast($0).joined(separator: "/") + "/shared/crds" }
    return folders.first { access($0, R_OK) == 0 } ?? folders[0]
  }

  /// By the kind that each defines, as a server of Kubernetes 1.20 takes them.
  public static func all() throws -> [GroupKind: Object] {
    let files = FileManager.default
    var found: [GroupKind: Object] = [:]
    for project in try files.contentsOfDirectory(atPath: path).sorted() where project.firstIndex(of: ".") == nil {
      // The same two kinds again, in versions that Croft does not use.
      if project == "gateway-api-experimental" { continue }
      for name in try files.contentsOfDirectory(atPath: "\(path)/\(project)") where name.hasSuffix(".yaml") {
        let file = "\(path)/\(project)/\(name)"
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        for document in try Document.parse(bytes, file: file, dialect: .kubernetes) {
          let json = document.json(as: .kubernetes)
          let kind = GroupKind(
            group: json[path: "spec", "group"]?.string ?? "", kind: json[path: "spec", "names", "kind"]?.string ?? "")
          found[kind] = Object(pruned(json))
        }
      }
    }
    return found
  }

  /// Without what a server of Kubernetes 1.20 refuses in a definition: rules in CEL (1.25), selectable fields (1.30),
  /// and empty strings as defaults, which it reads as null. The name of the core group is such an empty string too: a
  /// field `group` may be null. A list that has one of these for its key is then no map.
  private static func pruned(_ value: JSON) -> JSON {
    switch value {
    case .object(var object):
      object.removeAll {
        ["x-kubernetes-validations", "selectableFields"].contains($0.key) || $0.key == "default" && $0.value == ""
      }
      let keys = object["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
      if keys.contains(where: { $0 == "group" || object["items"]?[path: "properties", $0, "default"] == "" }) {
        object["x-kubernetes-list-map-keys"] = nil
        object["x-kubernetes-list-type"] = nil
      }
      if object["properties"]?["group"]?["type"] == "string" {
        var properties = object["properties"] ?? [:]
        properties[path: "group", "nullable"] = true
        object["properties"] = properties
      }
      return .object(JSONObject(object.map { .init($0.key, pruned($0.value)) }))
    case .array(let elements): return .array(elements.map { pruned($0) })
    default: return value
    }
  }
}
