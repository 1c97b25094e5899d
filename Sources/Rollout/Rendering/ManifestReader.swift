import Blueprint
import Diagnostics
import JSON
import Kubernetes
import YAML

/// Reads YAML documents into objects; `List`s are opened.
enum ManifestReader {
  static func objects(_ text: some Collection<UInt8>, file: String, release: String) throws -> [Object] {
    let nodes: [Node]
    do { nodes = try Document.parse(Array(text), file: file, dialect: .kubernetes) } catch {
      throw RenderError.file(file, reason: "\(error)")
    }
    return try nodes.flatMap {
      try objects($0.json(as: .kubernetes), place: "\(file):\($0.span.line)", release: release)
    }
  }

  static func objects(_ json: JSON, place: String, release: String) throws -> [Object] {
    if json.isNull { return [] }
    guard case .object(let members) = json else {
      throw RenderError.object(release: release, reason: "\(place): expected a mapping")
    }
    if members.isEmpty { return [] }
    let object = Object(json)
    guard !object.apiVersion.isEmpty, !object.kind.isEmpty else {
      throw RenderError.object(release: release, reason: "\(place): 'apiVersion' and 'kind' are required")
    }
    if object.kind.hasSuffix("List"), let items = json["items"]?.array {
      return try items.flatMap { try objects($0, place: place, release: release) }
    }
    guard !object.name.isEmpty else {
      let hint = object.metadata["generateName"] == nil ? "" : "; generateName makes a new object on every run"
      throw RenderError.object(release: release, reason: "\(place): \(object.kind) without metadata.name\(hint)")
    }
    return [object]
  }
}
