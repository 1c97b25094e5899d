import Blueprint
import Diagnostics

/// A file of a chart or a kustomization in the cluster's folder, which only helm or kubectl can make objects of.
struct Template {
  /// From the cluster's folder.
  var path: String
  /// Where the cluster file names the chart or the kustomization.
  var span: SourceSpan
  /// What its documents say that they are, each once.
  var kinds: [(kind: String, apiVersion: String)]
}

extension ClusterFiles {
  /// Those that say what they make. A file that asks the cluster what it has (`.Capabilities`) chooses for itself.
  func templates(of release: Release) -> [Template] {
    let places: [(folder: String, span: SourceSpan)]
    switch release.source {
    case .chart(.directory(let path, let span)): places = [("\(path)/templates", span), ("\(path)/crds", span)]
    case .kustomize(let path, let span): places = entry(path) == .folder ? [(path, span)] : []
    default: return []
    }
    return places.flatMap { folder, span in
      manifests(below: folder).compactMap { path in
        guard let text = text(of: path), !text.contains(".Capabilities") else { return nil }
        let kinds = Self.kinds(text)
        return kinds.isEmpty ? nil : Template(path: path, span: span, kinds: kinds)
      }
    }
  }

  /// - Parameter levels: how many folders deep is looked.
  private func manifests(below folder: String, levels: Int = 8) -> [String] {
    guard levels > 0, entry(folder) == .folder else { return [] }
    return (names(in: folder) ?? []).flatMap { name in
      let path = "\(folder)/\(name)"
      return Manifests.isManifest(name) ? [path] : manifests(below: path, levels: levels - 1)
    }
  }

  private static func kinds(_ text: String) -> [(kind: String, apiVersion: String)] {
    var seen: Set<String> = []
    var found: [(kind: String, apiVersion: String)] = []
    var kind: String?
    var apiVersion: String?
    func end() {
      if let kind, let apiVersion, seen.insert("\(apiVersion) \(kind)").inserted { found.append((kind, apiVersion)) }
    }
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("---") {
        end()
        (kind, apiVersion) = (nil, nil)
      } else if line.hasPrefix("kind:") {
        kind = word(line.dropFirst(5))
      } else if line.hasPrefix("apiVersion:") {
        apiVersion = word(line.dropFirst(11))
      }
    }
    end()
    return found
  }

  /// A plain or quoted value without what follows it; `nil` of one that a template makes.
  private static func word(_ text: Substring) -> String? {
    if text.contains("{{") { return nil }
    return text.split { $0.isWhitespace || $0 == "\"" || $0 == "'" }.first.map(String.init)
  }
}
