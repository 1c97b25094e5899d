import Blueprint
import Diagnostics

/// An existing object that a release needs: for its values, its environment or a volume.
struct ObjectReference {
  var release: Release
  var kind: String
  var name: String
  var span: SourceSpan

  var description: String { "\(kind) '\(name)'" }

  static func all(in blueprint: Blueprint) -> [ObjectReference] {
    blueprint.releases.flatMap { release in
      let values = release.valuesFrom.compactMap { reference -> ObjectReference? in
        guard case .object(let kind, let name, _, _, let optional, let span) = reference, !optional else { return nil }
        return ObjectReference(release: release, kind: kind.rawValue, name: name, span: span)
      }
      guard case .image(let workload) = release.source else { return values }
      return values
        + workload.referencedObjects.map {
          ObjectReference(release: release, kind: $0.kind, name: $0.name, span: workload.place(of: $0.key))
        }
    }
  }
}

extension Workload {
  /// Each once, in the order in which Kubernetes looks for them, with the key of the file that names it.
  fileprivate var referencedObjects: [(kind: String, name: String, key: String)] {
    let environment = env.compactMap { variable -> (kind: String, name: String, key: String)? in
      switch variable.value {
      case .text: nil
      case .secret(let name, _): ("Secret", name, "env")
      case .configMap(let name, _): ("ConfigMap", name, "env")
      }
    }
    let volumes = storage.compactMap { volume -> (kind: String, name: String, key: String)? in
      switch volume.source {
      case .secret(let name): ("Secret", name, "storage")
      case .configMap(let name): ("ConfigMap", name, "storage")
      case .existingClaim(let name): ("PersistentVolumeClaim", name, "storage")
      case .claim, .emptyDir: nil
      }
    }
    var seen: Set<String> = []
    return (secrets.map { ("Secret", $0, "secrets") } + environment + volumes)
      .filter { seen.insert("\($0.kind)/\($0.name)").inserted }
  }
}
