import Catalog
import Foundation
import Testing

/// `docs/catalogue.md`, made from the catalogue itself.
@Suite struct CataloguePageTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../docs/catalogue.md").standardized

  /// `CROFT_RECORD=1 swift test --filter CataloguePageTests` writes the page anew.
  @Test func thePageIsThatOfTheCatalogue() throws {
    let text = Self.page
    if ProcessInfo.processInfo.environment["CROFT_RECORD"] == "1" { try Data(text.utf8).write(to: Self.path) }
    #expect(try String(contentsOf: Self.path, encoding: .utf8) == text)
  }

  private static var page: String {
    let rows = allComponents.map { component -> String in
      let about = component.about
      let chart = about.chart.map { "\($0.name) \($0.version)" } ?? ""
      return "| `\(about.name)` | \(about.summary) | \(chart) | \(about.namespace) |"
    }
    return """
      # The catalogue

      What `platform` can name: \(rows.count) components. Croft knows each one's chart and version, its place in the order, the
      definitions it brings, the Secrets it needs, and what follows for its values from the rest of the cluster file. A name
      with options, such as `traefik: {pool: lan}`, is all that stands in the file; `croft explain platform.traefik` lists the
      options, and [reference.md](reference.md) has those of all.

      Any component can be given another `version`, `namespace`, `values` that go over the computed ones, and a name of its own
      (`traefik-public: {component: traefik}`). What is missing here you add yourself: [own-components.md](own-components.md).

      | component | what it is for | chart | namespace |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }
}
