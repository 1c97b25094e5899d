import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Process
import Testing
import YAML

/// Compares the names, ports and labels that components give with what `helm` makes of the charts in the folder that
/// `CROFT_CHARTS` names, each by its chart's name. A chart that is not there is left out.
@Suite struct ChartObjectsTests {
  private static let folder = ProcessInfo.processInfo.environment["CROFT_CHARTS"]

  @Test(
    .enabled(if: folder != nil, "CROFT_CHARTS names no folder with charts"), arguments: ComponentFixture.all)
  func namesWhatItsChartsMake(_ fixture: ComponentFixture) async throws {
    let blueprint = try #require(fixture.load().blueprint)
    let isWatched = blueprint.components.contains { $0.component == "kube-prometheus-stack" }
    for part in blueprint.contributions {
      // A chart refuses what the file lacks too.
      if part.contribution.problems.contains(where: { $0.severity == .error }) { continue }
      guard let objects = try await objects(of: part, in: blueprint) else { continue }
      let name = part.use.name
      let made = ChartObjects(objects: objects, namespace: part.namespace.name)
      for target in part.contribution.waitFor + part.contribution.companions.flatMap(\.waitFor)
      where !made.has(target) && !Self.later.contains(part.use.component) {
        Issue.record("'\(name)' waits for \(target), and no chart makes it")
      }
      if let page = part.contribution.page, !made.hasService(page.service, port: page.port),
        !Self.later.contains(part.use.component)
      {
        Issue.record("'\(name)' has its page at the Service \(page.service):\(page.port), and no chart makes it")
      }
      for monitor in part.contribution.monitors
      where isWatched && !made.has(monitor) && !Self.later.contains(part.use.component) {
        Issue.record("'\(name)' has figures at \(monitor.labels) \(monitor.port), and no chart makes that")
      }
      for opening in part.contribution.openings
      where opening.direction == .ingress && !Self.later.contains(part.use.component) {
        for port in opening.ports where !made.listens(port, opening.transport) {
          Issue.record("'\(name)' is reached at \(port)/\(opening.transport), and no chart listens there")
        }
      }
      // Some charts leave all of them to their controllers.
      let known = made.definitions
      for definition in part.about.definitions
      where !known.isEmpty && !known.contains(definition) && !Self.later.contains(part.use.component) {
        Issue.record("'\(name)' brings \(definition), and no chart does")
      }
    }
  }

  /// Every object of a component's releases; `nil` where not all of them are of charts that are there.
  private func objects(of part: ComponentPart, in blueprint: Blueprint) async throws -> [JSON]? {
    let names = [part.use.name] + part.contribution.companions.map { "\(part.use.name)-\($0.suffix)" }
    var objects: [JSON] = []
    for release in blueprint.releases where names.contains(release.name) {
      objects += release.additions
      guard case .chart(let source) = release.source else {
        if case .manifests = release.source { continue }
        return nil
      }
      guard let made = try await template(source, release) else { return nil }
      objects += made
    }
    return objects
  }

  private func template(_ source: ChartSource, _ release: Release) async throws -> [JSON]? {
    let name: String? =
      switch source {
      case .repository(_, let name, _, _): name
      case .oci(let url, _, _): url.split(separator: "/").last.map(String.init)
      case .directory: nil
      }
    guard let name, let folder = Self.folder, FileManager.default.fileExists(atPath: "\(folder)/\(name)/Chart.yaml")
    else { return nil }
    let arguments = [
      "template", release.name, "\(folder)/\(name)", "--namespace", release.namespace.name, "--include-crds",
      "--values", "-", "--kube-version", "v1.34.1",
    ]
    let output = try await Command("helm", arguments, input: release.values.bytes()).run(
      timeout: .seconds(120), clock: ContinuousClock())
    guard output.isSuccess else {
      Issue.record("\(release.name): \(output.errorText)")
      return nil
    }
    return try YAML.Document.parse(output.standardOutput, file: name, dialect: .kubernetes).map {
      $0.json(as: .kubernetes)
    }
  }

  /// Components whose controllers make most of what there is.
  private static let later: Set<String> = ["flux", "longhorn", "rook-ceph"]
}

/// What charts made for a component.
private struct ChartObjects {
  var objects: [JSON]
  var namespace: String

  /// - Parameter target: `deployment/NAMESPACE/NAME`. Of kinds that are not of charts, anything is there.
  func has(_ target: String) -> Bool {
    let parts = target.split(separator: "/").map(String.init)
    guard parts.count == 3, ["deployment", "daemonset", "statefulset"].contains(parts[0]) else { return true }
    return objects.contains { object in
      // Its operator makes the StatefulSet.
      if object["kind"]?.string == "Prometheus", let name = object[path: "metadata", "name"]?.string {
        return target == "statefulset/\(namespace)/prometheus-\(name)"
      }
      return object["kind"]?.string?.lowercased() == parts[0] && object[path: "metadata", "name"]?.string == parts[2]
        && (object[path: "metadata", "namespace"]?.string ?? namespace) == parts[1]
    }
  }

  func hasService(_ name: String, port: Int) -> Bool {
    objects.contains { object in
      object["kind"]?.string == "Service" && object[path: "metadata", "name"]?.string == name
        && object[path: "spec", "ports"]?.array?.contains { $0["port"]?.int == port } == true
    }
  }

  func has(_ monitor: Monitor) -> Bool {
    objects.contains { object in
      switch monitor.kind {
      case .service:
        return object["kind"]?.string == "Service" && carries(object["metadata"], monitor.labels)
          && object[path: "spec", "ports"]?.array?.contains { $0["name"]?.string == monitor.port } == true
      case .pod:
        let template = object[path: "spec", "template"]
        return carries(template?["metadata"], monitor.labels)
          && template?[path: "spec", "containers"]?.array?.contains { container in
            container["ports"]?.array?.contains { $0["name"]?.string == monitor.port } == true
          } == true
      }
    }
  }

  /// Whether a pod has the port, or a Service leads to it; a pod that uses its node's network need not say so.
  func listens(_ port: Int, _ transport: String) -> Bool {
    objects.contains { object in
      if object["kind"]?.string == "Service" {
        return object[path: "spec", "ports"]?.array?.contains { entry in
          (entry["targetPort"] ?? entry["port"])?.int == port && (entry["protocol"]?.string ?? "TCP") == transport
        } == true
      }
      guard let pod = object[path: "spec", "template", "spec"] else { return false }
      if pod["hostNetwork"]?.bool == true { return true }
      return pod["containers"]?.array?.contains { container in
        container["ports"]?.array?.contains {
          $0["containerPort"]?.int == port && ($0["protocol"]?.string ?? "TCP") == transport
        } == true
      } == true
    }
  }

  private func carries(_ metadata: JSON?, _ labels: [String: String]) -> Bool {
    labels.allSatisfy { metadata?[path: "labels", $0.key]?.string == $0.value }
  }

  var definitions: Set<String> {
    Set(
      objects.filter { $0["kind"]?.string == "CustomResourceDefinition" }.compactMap {
        $0[path: "metadata", "name"]?.string
      })
  }
}
