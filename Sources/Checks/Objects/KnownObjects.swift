import Blueprint
import Catalog
import Diagnostics
import JSON

/// What the releases of a cluster file are known to make, without a cluster and without rendering charts.
struct KnownObjects: Sendable {
  let all: [KnownObject]
  /// Releases whose objects only rendering tells: charts, kustomizations, and manifests that cannot be read.
  let unknown: Set<String>
  /// Positions in `all`.
  private let byName: [String: [Int]]
  private let byNamespace: [String: [Int]]

  /// Of whatever kind and namespace.
  func named(_ name: String) -> [KnownObject] { byName[name, default: []].map { all[$0] } }

  /// In whatever namespace.
  func named(_ name: String, kind: String) -> [KnownObject] { named(name).filter { $0.kind == kind } }

  func `in`(_ namespace: String) -> [KnownObject] { byNamespace[namespace, default: []].map { all[$0] } }

  init(_ blueprint: Blueprint, manifests: Manifests) {
    var all: [KnownObject] = []
    var unknown: Set<String> = []
    for release in blueprint.releases {
      all += release.additions.compactMap { KnownObject($0, release: release, span: release.span) }
      guard let documents = Self.documents(of: release, in: blueprint.directory, manifests) else {
        unknown.insert(release.name)
        continue
      }
      for (document, span) in documents {
        all += Self.items(document).compactMap { KnownObject($0, release: release, span: span) }
      }
    }
    self.all = all
    self.unknown = unknown
    byName = Dictionary(grouping: all.indices) { all[$0].name }
    byNamespace = Dictionary(grouping: all.indices.filter { all[$0].namespace != nil }) { all[$0].namespace ?? "" }
  }

  /// `nil` where a manifest cannot be read, so that nothing is concluded from what is missing.
  private static func documents(
    of release: Release, in directory: String, _ manifests: Manifests
  ) -> [(JSON, SourceSpan)]? {
    switch release.source {
    case .image: return Catalog.objects(for: release).map { ($0, release.span) }
    case .chart, .kustomize: return nil
    case .manifests(let sources):
      var documents: [(JSON, SourceSpan)] = []
      for source in sources {
        switch source {
        case .inline(let object, let span): documents.append((object, span))
        case .path(let path, let span):
          guard let read = try? manifests.documents(at: path, in: directory) else { return nil }
          documents += read.map { ($0.json, span) }
        }
      }
      return documents
    }
  }

  /// The objects in a `List`, or the object itself.
  private static func items(_ document: JSON) -> [JSON] {
    guard document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array else {
      return [document]
    }
    return items
  }
}
