import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// What the releases of a cluster file are known to make, without a cluster and without rendering charts.
struct KnownObjects: Sendable {
  let all: [KnownObject]
  /// Releases whose objects only rendering tells: charts, kustomizations, and manifests that cannot be read.
  let unknown: Set<String>

  init(_ blueprint: Blueprint, files: ClusterFiles) {
    var all: [KnownObject] = []
    var unknown: Set<String> = []
    for release in blueprint.releases {
      guard let documents = Self.documents(of: release, files: files) else {
        unknown.insert(release.name)
        continue
      }
      for (document, span) in documents {
        all += Self.items(document).compactMap { KnownObject($0, release: release, span: span) }
      }
    }
    self.all = all
    self.unknown = unknown
  }

  private static func documents(of release: Release, files: ClusterFiles) -> [(JSON, SourceSpan)]? {
    switch release.source {
    case .image: return Catalog.objects(for: release).map { ($0, release.span) }
    case .chart, .kustomize: return nil
    case .manifests(let sources):
      var documents: [(JSON, SourceSpan)] = []
      for source in sources {
        switch source {
        case .inline(let object, let span): documents.append((object, span))
        case .path(let path, let span):
          guard let read = Self.documents(at: path, files: files) else { return nil }
          documents += read.map { ($0, span) }
        }
      }
      return documents
    }
  }

  /// Every document of a file, or of the YAML files in a folder and the folders in it; `nil` where one cannot
  /// be read, so that nothing is concluded from what is missing.
  private static func documents(at path: String, files: ClusterFiles) -> [JSON]? {
    switch files.entry(path) {
    case .nothing, .unreadable: return nil
    case .file:
      guard let bytes = files.contents(of: path) else { return nil }
      let reading = Document.read(bytes, file: path, dialect: .kubernetes)
      return reading.problems.isEmpty ? reading.documents.map { $0.json(as: .kubernetes) } : nil
    case .folder:
      var documents: [JSON] = []
      guard let names = files.names(in: path) else { return nil }
      for name in names {
        let child = "\(path)/\(name)"
        guard files.entry(child) == .folder || Manifest.isManifest(name) else { continue }
        guard let read = Self.documents(at: child, files: files) else { return nil }
        documents += read
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

/// How the manifests in a folder are named.
enum Manifest {
  static func isManifest(_ name: String) -> Bool {
    [".yaml", ".yml"].contains { name.hasSuffix($0) }
  }
}
