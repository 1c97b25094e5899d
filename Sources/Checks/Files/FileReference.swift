import Blueprint
import Diagnostics

/// A path in the cluster file, and what must be there.
struct FileReference {
  enum Need { case chart, kustomization, manifests, values }
  var release: String
  var path: String
  var need: Need
  var span: SourceSpan

  static func all(in blueprint: Blueprint) -> [FileReference] {
    blueprint.releases.flatMap { release in
      let paths: [(String, Need, SourceSpan)]
      switch release.source {
      case .chart(.directory(let path, let span)): paths = [(path, .chart, span)]
      case .kustomize(let path, let span): paths = isRemote(path) ? [] : [(path, .kustomization, span)]
      case .manifests(let sources):
        paths = sources.compactMap { source in
          if case .path(let path, let span) = source { (path, .manifests, span) } else { nil }
        }
      case .chart, .image: paths = []
      }
      let values: [(String, Need, SourceSpan)] = release.valuesFrom.compactMap { reference in
        if case .file(let path, let span) = reference { (path, .values, span) } else { nil }
      }
      return (paths + values).map { FileReference(release: release.name, path: $0.0, need: $0.1, span: $0.2) }
    }
  }

  /// `https://…`, `github.com/owner/repository//path?ref=v1`: what kubectl fetches itself.
  private static func isRemote(_ path: String) -> Bool { path.contains("://") || path.hasPrefix("github.com/") }

  /// Whether the path leads out of the cluster directory, by its words alone.
  var leavesDirectory: Bool {
    var depth = 0
    for part in path.split(separator: "/") where part != "." {
      depth += part == ".." ? -1 : 1
      if depth < 0 { return true }
    }
    return false
  }
}
