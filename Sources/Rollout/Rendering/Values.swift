import Blueprint
import JSON
import Kubernetes
import YAML

/// Puts a chart's values together: every `valuesFrom` in order, then `values` on top.
struct ValuesReader: Sendable {
  let api: (any KubernetesAPI)?
  let files: Files
  let directory: String

  func values(of release: Release) async throws -> JSON {
    var result: JSON = [:]
    for reference in release.valuesFrom {
      switch reference {
      case .file(let path, _):
        guard let bytes = files.bytes(directory + "/" + path) else {
          throw RenderError.file(path, reason: "values file of \(release.name): it cannot be read")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        result = result.overlaid(with: try document(text, release: release, from: path))
      case .object(let kind, let name, let key, let path, let optional, _):
        guard let text = try await read(kind, name, key, of: release) else {
          if optional { continue }
          throw RenderError.values(
            release: release.name,
            reason:
              "\(kind.rawValue) \(release.namespace.name)/\(name) with key '\(key)' does not exist; create it first")
        }
        if let path {
          var nested: JSON = [:]
          nested.set(.string(text), at: path.split(separator: ".").map(String.init)[...])
          result = result.overlaid(with: nested)
        } else {
          result = result.overlaid(with: try document(text, release: release, from: "\(name)/\(key)"))
        }
      }
    }
    return result.overlaid(with: release.values)
  }

  private func document(_ text: String, release: Release, from source: String) throws -> JSON {
    let nodes: [Node]
    do { nodes = try Document.parse(Array(text.utf8), file: source, dialect: .kubernetes) } catch {
      throw RenderError.values(release: release.name, reason: "\(source): \(error)")
    }
    guard let first = nodes.first?.json(as: .kubernetes) else { return [:] }
    guard nodes.count == 1, case .object = first else {
      throw RenderError.values(release: release.name, reason: "\(source) is not one YAML mapping")
    }
    return first
  }

  private func read(
    _ kind: ValuesReference.Kind, _ name: String, _ key: String, of release: Release
  ) async throws -> String? {
    guard let api else {
      throw RenderError.values(release: release.name, reason: "they come from \(kind.rawValue) \(name) in the cluster")
    }
    let resource = kind == .secret ? Resource.secrets : .configMaps
    guard let object = try await api.get(resource, namespace: release.namespace.name, name: name),
      let text = object.json[path: "data", key]?.string
    else { return nil }
    if kind == .configMap { return text }
    guard let bytes = Base64.decode(text), let decoded = String(validating: bytes, as: UTF8.self) else {
      throw RenderError.values(release: release.name, reason: "Secret \(name) key '\(key)' is not UTF-8 text")
    }
    return decoded
  }
}
