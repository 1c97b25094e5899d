import JSON
import YAML

/// `croft.lock`: which chart bytes were resolved, so that the same file deploys the same charts everywhere.
struct LockFile: Sendable, Equatable {
  struct Chart: Sendable, Equatable {
    /// The repository's URL, or the OCI reference.
    var source: String
    var name: String
    var version: String
    /// `sha256:` and 64 hexadecimal digits, of the chart archive.
    var digest: String
    init(source: String, name: String, version: String, digest: String) {
      self.source = source
      self.name = name
      self.version = version
      self.digest = digest
    }
  }

  private(set) var charts: [Chart]

  init(charts: [Chart] = []) { self.charts = charts }

  init(parsing text: String, file: String) throws {
    let nodes: [Node]
    do { nodes = try Document.parse(Array(text.utf8), file: file) } catch {
      throw RenderError.file(file, reason: "\(error)")
    }
    charts = try (nodes.first?.json["charts"]?.array ?? []).map { entry in
      guard let source = entry["source"]?.string, let name = entry["name"]?.string,
        let version = entry["version"].map({ $0.string ?? $0.text }), let digest = entry["digest"]?.string
      else {
        throw RenderError.file(
          file, reason: "an entry lacks source, name, version or digest; remove the file to make it anew")
      }
      return Chart(source: source, name: name, version: version, digest: digest)
    }
  }

  func chart(source: String, name: String, version: String) -> Chart? {
    charts.first { $0.source == source && $0.name == name && $0.version == version }
  }

  /// Pins a chart; other versions of the same chart stay until they are no longer used.
  mutating func pin(_ chart: Chart) {
    charts.removeAll { $0.source == chart.source && $0.name == chart.name && $0.version == chart.version }
    charts.append(chart)
    charts.sort { ($0.name, $0.source, $0.version) < ($1.name, $1.source, $1.version) }
  }

  var text: String {
    var lines = ["# Made by croft: the exact charts this cluster uses. Keep it in Git.", "charts:"]
    if charts.isEmpty { lines[1] = "charts: []" }
    for chart in charts {
      lines += [
        "  - name: \(chart.name)", "    version: \"\(chart.version)\"", "    source: \(chart.source)",
        "    digest: \(chart.digest)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
