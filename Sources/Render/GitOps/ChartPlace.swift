import Blueprint
import JSON

/// A chart that a GitOps engine fetches itself.
struct ChartPlace {
  /// Without `oci://`, as Argo CD wants it.
  var repository: String
  /// `nil` where the repository is the chart.
  var name: String?
  var version: String
  var isOCI: Bool
  /// As it is written.
  var url: String

  init?(_ release: Release) {
    guard case .chart(let chart) = release.source else { return nil }
    switch chart {
    case .repository(let url, let name, let version, _):
      self.init(repository: url, name: name, version: version, isOCI: false, url: url)
    case .oci(let url, let version, _):
      let parts = url.dropFirst("oci://".count).split(separator: "/")
      self.init(
        repository: parts.dropLast().joined(separator: "/"), name: parts.last.map(String.init), version: version,
        isOCI: true, url: url)
    case .directory: return nil
    }
  }

  private init(repository: String, name: String?, version: String, isOCI: Bool, url: String) {
    self.repository = repository
    self.name = name
    self.version = version
    self.isOCI = isOCI
    self.url = url
  }
}

extension Manifests {
  /// A chart's values as far as files have them: each file over the one before, the release's own over all.
  func values(of release: Release, in directory: String) throws(ManifestError) -> JSON {
    var values: JSON = [:]
    for case .file(let path, _) in release.valuesFrom {
      for document in try documents(at: path, in: directory) { values = values.overlaid(with: document.json) }
    }
    return values.overlaid(with: release.values)
  }
}
