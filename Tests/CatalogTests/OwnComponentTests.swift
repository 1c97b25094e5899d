import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Testing
import YAML

/// Components that users add to the catalogue with a file of their own.
@Suite struct OwnComponentTests {
  // MARK: The documentation's example

  /// The component, the cluster and the values that the page shows.
  static var example: (component: String, cluster: String, values: String) {
    get throws {
      let page = try String(contentsOf: root.appending(path: "docs/own-components.md"), encoding: .utf8)
      let blocks = page.components(separatedBy: "```yaml\n").dropFirst().map {
        $0.components(separatedBy: "\n```")[0] + "\n"
      }
      try #require(blocks.count == 3)
      return (blocks[0], blocks[1], blocks[2])
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func theExampleBecomesWhatThePageSays() throws {
    let example = try Self.example
    let result = try load(["cluster.yaml": example.cluster, "components/start-page.yaml": example.component])
    #expect(result.diagnostics.items == [])
    let blueprint = try #require(result.blueprint)
    let release = try #require(blueprint.release("start-page"))
    #expect(release.values == (try Document.parse(example.values, file: "").first?.json))
    #expect(!release.additions.contains { $0["kind"] == "ConfigMap" }, "there is no Prometheus")
    #expect(release.waitFor.map { "\($0)" } == ["deployment/start-page"])
    #expect((release.after + release.dependsOn).map(\.name) == ["traefik"])
    #expect(release.exposures.map { $0.service } == ["start-page"] && release.exposures.map { $0.port } == [80])
    #expect(release.record["source"] == "https://charts.example.net start-page 4.2.0")
    let part = try #require(blueprint.contributions.first { $0.use.name == "start-page" })
    #expect(
      part.record == [
        "component": "start-page", "overhead": "128 MiB, 50m; per node 0 MiB, 0m",
        "secrets": ["start-page/start-page: weather-key – The start page asks the weather service with it."],
        "openings": ["egress world 443/TCP – the start page asks the weather service"],
      ])
    #expect(part.contribution.monitors.map(\.port) == ["http"])
  }

  @Test func whatDependsOnSomethingIsAbsentWithoutIt() throws {
    let example = try Self.example
    let cluster = example.cluster.replacingOccurrences(of: "    weather: Utrecht\n", with: "")
      .replacingOccurrences(
        of: "  traefik: {}\n",
        with: "  kube-prometheus-stack: {manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}]}\n")
    let result = try load(["cluster.yaml": cluster, "components/start-page.yaml": example.component])
    #expect(result.diagnostics.items == [])
    let blueprint = try #require(result.blueprint)
    let release = try #require(blueprint.release("start-page"))
    #expect(release.values["weather"] == nil)
    let dashboard = try #require(release.additions.first { $0["kind"] == "ConfigMap" })
    #expect(dashboard[path: "metadata", "name"] == "start-page-dashboard")
    #expect(
      dashboard[path: "data", "start-page.json"]
        == .string("{\"title\": \"The house\", \"uid\": \"${DS_PROMETHEUS}\"}\n"))
    let contribution = try #require(blueprint.contributions.first).contribution
    #expect(contribution.secrets == [] && contribution.openings == [])
    // Its monitor is with Prometheus.
    #expect(blueprint.release("kube-prometheus-stack")?.additions.map { $0["kind"] } == ["ServiceMonitor"])
  }

  @Test func aMistakeInAnOptionPointsIntoTheClusterFile() throws {
    let example = try Self.example
    let cluster = example.cluster.replacingOccurrences(of: "replicas: 2", with: "replicas: 9")
    let result = try load(["cluster.yaml": cluster, "components/start-page.yaml": example.component])
    let diagnostic = try #require(result.diagnostics.first)
    #expect(diagnostic.code == "CR0212" && diagnostic.message == "expected a whole number from 1 to 5, found 9")
    #expect(diagnostic.span?.file.hasSuffix("cluster.yaml") == true)
    #expect(diagnostic.span?.line == 12 && diagnostic.span?.column == 15)
  }

  // MARK: Values

  @Test(arguments: [
    ("${options.text}", "\"hello\""), ("${options.count}", "3"), ("\"${options.count}\"", "3"),
    ("!!str ${options.count}", "\"3\""), ("${options.ratio}", "0.5"), ("${options.flag}", "true"),
    ("${options.list}", #"["a","b"]"#), ("${options.map}", #"{"deep":{"x":1}}"#), ("${options.map.deep}", #"{"x":1}"#),
    ("[1, \"${options.none}\", 2]", "[1,2]"), ("{a: 1, b: \"${options.none}\"}", #"{"a":1}"#),
    ("${options.text}, ${options.count} and ${options.flag}", #""hello, 3 and true""#),
    ("$${options.text}", #""${options.text}""#), ("$5 ${options.count} $${HOME}$", #""$5 3 ${HOME}$""#),
    ("plain", #""plain""#), ("{deep: [{x: \"${ options.count }\"}]}", #"{"deep":[{"x":3}]}"#),
    ("${cluster.name}.${cluster.domain}", #""home.example.net""#), ("${network.router}", #""192.168.14.1""#),
    ("${network.pools.lan}", #"["192.168.14.40-192.168.14.47"]"#), ("${network.pools.wan}", "null"),
    ("${network.dns}", "null"), ("${network.pods}", #"["10.42.0.0/16"]"#), ("${nodes.names}", #"["cow"]"#),
    ("${nodes.count}", "1"), ("${platform.traefik}", "false"), ("${platform.thing}", "true"),
    ("${name}/${namespace}/${fullName}", #""other/things/other-thing""#), ("${kubernetes.distribution}", #""k3s""#),
    ("{$when: options.flag, a: 1}", #"{"a":1}"#), ("{$when: options.none, a: 1}", "null"),
    ("{$when: options.empty, a: 1}", "null"), ("{$when: {options.count: 3, platform.thing: true}, a: 1}", #"{"a":1}"#),
    ("{$when: {options.count: 4}, a: 1}", "null"), ("{$when: options.none, a: \"x${options.none}\"}", "null"),
    ("[{$when: cluster.domain, a: 1}, {$when: network.dns, b: 1}]", #"[{"a":1}]"#),
  ])
  func referencesBecomeValues(_ template: String, _ expected: String) throws {
    let component = """
      apiVersion: croft.dev/v1alpha1
      kind: Component
      name: thing
      summary: A thing.
      namespace: things
      chart: {repository: "https://charts.example.net", name: thing, version: 1.0.0}
      options:
        text: {type: string, default: hello, description: Text.}
        count: {type: integer, required: true, description: A number.}
        ratio: {type: number, default: 0.5, description: A number.}
        flag: {type: boolean, default: true, description: Yes or no.}
        empty: {type: string, default: "", description: Nothing.}
        list: {type: array, default: [a, b], description: Some.}
        map: {type: object, default: {deep: {x: 1}}, description: Some, properties: {deep: {type: object}}}
        none: {type: string, description: Nobody says it.}
      values:
        value: \(template)

      """
    let cluster = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: home
      domain: example.net
      kubernetes: {distribution: k3s}
      network: {router: 192.168.14.1, pods: [10.42.0.0/16], pools: {lan: 192.168.14.40/29}}
      nodes: [{name: cow, role: control-plane}]
      platform:
        other: {component: thing, count: 3}

      """
    let result = try load(["cluster.yaml": cluster, "components/thing.yaml": component])
    #expect(result.diagnostics.items == [])
    let blueprint = try #require(result.blueprint)
    #expect(blueprint.contributions.flatMap(\.contribution.problems) == [])
    #expect((blueprint.release("other")?.values["value"] ?? .null) == (try JSON(parsing: expected)))
  }

  // MARK: Files

  private static let small = """
    apiVersion: croft.dev/v1alpha1
    kind: Component
    name: NAME
    summary: A thing.
    objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: "${name}"}}]

    """
  private static let head = "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: home\n"

  private static func component(_ name: String) -> String { small.replacingOccurrences(of: "NAME", with: name) }

  @Test func areReadWhereverTheFilesOfAClusterAre() throws {
    let result = try load([
      "cluster.yaml": Self.head + "include: [shared/two.yaml]\nplatform: {one: {}, two: {}, three: {}, four: {}}\n",
      "components/one.yaml": Self.component("one") + "---\n" + Self.component("four"),
      "components/kustomize/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n",
      "shared/two.yaml": Self.component("two"), "apps/three.yaml": Self.component("three"),
    ])
    #expect(result.diagnostics.items == [])
    #expect(Set(result.components.map(\.name)) == ["one", "two", "three", "four"] && result.hasEveryComponent)
    let releases = try #require(result.blueprint).releases
    #expect(releases.map(\.name) == ["one", "two", "three", "four"])
    #expect(releases.map { $0.namespace.name } == ["one", "two", "three", "four"])
    #expect(releases.map { $0.additions[0][path: "metadata", "name"] } == ["one", "two", "three", "four"])
    #expect(result.sources.keys.contains { $0.hasSuffix("components/one.yaml") })
  }

  @Test func aChartMayLieBesideThem() throws {
    let component = Self.component("mine").replacingOccurrences(
      of: "objects:", with: "chart: {path: charts/mine}\nobjects:")
    let files = ["cluster.yaml": Self.head + "platform: {mine: {}}\n", "components/mine.yaml": component]
    #expect(try load(files).blueprint?.release("mine")?.record["source"] == "charts/mine")
    let pinned = files.merging(["cluster.yaml": Self.head + "platform: {mine: {version: 1.2.3}}\n"]) { $1 }
    let problems = try #require(try load(pinned).blueprint).contributions.flatMap(\.contribution.problems)
    #expect(problems.map(\.severity) == [.error] && problems[0].message.contains("'version' has no meaning"))
  }

  @Test func aFileOfAnotherNameIsNotRead() throws {
    let result = try load(["cluster.yaml": Self.head, "components/one.yml": Self.component("one")])
    #expect(result.diagnostics.map(\.severity) == [.warning] && result.components.isEmpty)
  }

  @Test func theOtherNamespaceAndVersionAreTheClusterFiles() throws {
    let files = [
      "cluster.yaml": try Self.example.cluster.replacingOccurrences(
        of: "    replicas: 2\n", with: "    version: 4.3.0\n    namespace: web\n"),
      "components/start-page.yaml": try Self.example.component,
    ]
    let release = try #require(try load(files).blueprint?.release("start-page"))
    #expect(release.namespace.name == "web")
    #expect(release.record["source"] == "https://charts.example.net start-page 4.3.0")
  }

  // MARK: Mistakes

  /// Files in `OwnComponents` hold a cluster and a component, and beside them what Croft says.
  static let fixtures: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "OwnComponents")

  /// `CROFT_RECORD=1 swift test --disable-xctest --filter OwnComponentTests` writes the expectations anew.
  @Test(arguments: fixtures)
  func saysExactly(_ name: String) throws {
    let file = Self.folder.appending(path: "\(name).yaml")
    let result = loadCluster(file.path())
    let sources = Dictionary(uniqueKeysWithValues: result.sources.map { ("\(name).yaml", $0.value) })
    let diagnostics = result.diagnostics.map { diagnostic in
      var diagnostic = diagnostic
      diagnostic.span?.file = "\(name).yaml"
      for index in diagnostic.related.indices { diagnostic.related[index].span.file = "\(name).yaml" }
      return diagnostic
    }
    var text = Renderer(sources: sources).render(DiagnosticList(diagnostics))
    for problem in result.blueprint?.contributions.flatMap(\.contribution.problems) ?? [] {
      text += "\(problem.severity): \(problem.message)\nfix: \(problem.fix)\n"
    }
    let expected = Self.folder.appending(path: "\(name).expected")
    if ProcessInfo.processInfo.environment["CROFT_RECORD"] == "1" { try Data(text.utf8).write(to: expected) }
    #expect(try String(contentsOf: expected, encoding: .utf8) == text)
  }

  /// Whatever stands in the file, it is read or refused; a component with mistakes is none.
  @Test func anyMutationIsReadOrRefused() throws {
    let example = try Self.example
    let lines = example.component.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let scraps = [
      "${", "}", "${options.}", "${options.title", "$${", "$when: x", "[", "null", "~", "-1", "9e99", ".", "''",
    ]
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var refused = 0
    for _ in 0..<400 {
      var changed = lines
      for _ in 0...random(2) {
        let index = random(changed.count)
        let line = changed[index]
        switch random(4) {
        case 0: changed.remove(at: index)
        case 1: changed[index] = line.prefix(random(line.count + 1)) + scraps[random(scraps.count)]
        case 2: changed[index] = String(line.drop { $0 == " " })
        default: changed.swapAt(index, random(changed.count))
        }
      }
      for document in Document.read(Array(changed.joined(separator: "\n").utf8), file: "x.yaml").documents {
        let problems = Problems()
        if OwnComponent.kind(document, problems) == nil {
          refused += 1
          #expect(problems.diagnostics.contains { $0.severity == .error })
          #expect(problems.diagnostics.allSatisfy { $0.span?.file == "x.yaml" })
        }
      }
    }
    #expect((50..<400).contains(refused))
  }

  @Test func thereAreMistakesOfEachKind() { #expect(Self.fixtures.count >= 6) }

  @Test(arguments: OwnComponentPages.all)
  func examplesDoWhatThePageSays(_ page: Page) throws {
    let blocks = page.body.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0]
    }
    try #require(blocks.count == 2)
    let head = """
      apiVersion: croft.dev/v1alpha1
      kind: Component
      name: thing
      summary: A thing.
      chart: {repository: "https://charts.example.net", name: thing, version: 1.0.0}

      """
    let broken = try load(["cluster.yaml": Self.head, "components/thing.yaml": head + blocks[0]])
    #expect(broken.diagnostics.map(\.code) == [page.code] && !broken.hasEveryComponent)
    let mended = try load(["cluster.yaml": Self.head, "components/thing.yaml": head + blocks[1]])
    #expect(mended.diagnostics.isEmpty && mended.hasEveryComponent)
  }

  // MARK: Help

  /// Loads a cluster's folder.
  private func load(_ files: [String: String]) throws -> ClusterFile.LoadResult {
    let folder = FileManager.default.temporaryDirectory.appending(path: "croft-own-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in files {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return loadCluster(folder.path())
  }
}
