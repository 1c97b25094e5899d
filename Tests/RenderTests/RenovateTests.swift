import Blueprint
import Catalog
import Glibc
import JSON
import Process
import Render
import Testing

/// What Renovate finds in cluster files by the patterns that Croft writes.
@Suite struct RenovateTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  private static let text = """
    kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
    platform:
      cert-manager: {version: v1.18.2}
      traefik:
        version: "37.1.0"
      podinfo:
        namespace: podinfo
        chart: {oci: "oci://ghcr.io/stefanprodan/charts/podinfo", version: 6.7.1}
      longhorn-chart:
        namespace: longhorn
        chart:
          repository: https://charts.longhorn.io
          name: longhorn
          version: 1.12.1
    apps:
      web: {image: "docker.io/library/nginx:1.27.3", port: 80}
      own:
        image: registry.example.net:5000/own:v2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        port: 80
    gitops: {engine: flux, repository: "https://git.example.net/home/cluster.git"}
    """

  private struct Pin: Hashable {
    var datasource: String
    var name: String
    var version: String
    var registry: String?
  }

  /// As Renovate does it: groups first, templates where there is none.
  private static func pins(_ managers: JSON, in text: String) throws -> Set<Pin> {
    var found: Set<Pin> = []
    for manager in try #require(managers.array) {
      for pattern in manager["matchStrings"]?.array ?? [] {
        let regex = try Regex(try #require(pattern.string))
        for match in text.matches(of: regex) {
          func group(_ name: String) -> String? { match[name]?.substring.map { String($0) } }
          found.insert(
            Pin(
              datasource: manager["datasourceTemplate"]?.string ?? "",
              name: group("depName") ?? manager["depNameTemplate"]?.string ?? "", version: group("currentValue") ?? "",
              registry: group("registryUrl") ?? manager["registryUrlTemplate"]?.string))
        }
      }
    }
    return found
  }

  @Test func findsEveryPin() async throws {
    let files = try await tree(of: TreeTests.blueprint(Self.text))
    let json = try TreeTests.document(files, "renovate.json")
    let found = try Self.pins(json["customManagers"] ?? .null, in: Self.text)
    #expect(
      found == [
        Pin(datasource: "github-releases", name: "k3s-io/k3s", version: "v1.33.4+k3s1"),
        Pin(datasource: "helm", name: "cert-manager", version: "v1.18.2", registry: "https://charts.jetstack.io"),
        Pin(datasource: "helm", name: "traefik", version: "37.1.0", registry: "https://traefik.github.io/charts"),
        Pin(datasource: "docker", name: "ghcr.io/stefanprodan/charts/podinfo", version: "6.7.1"),
        Pin(datasource: "helm", name: "longhorn", version: "1.12.1", registry: "https://charts.longhorn.io"),
        Pin(datasource: "docker", name: "docker.io/library/nginx", version: "1.27.3"),
        Pin(datasource: "docker", name: "registry.example.net:5000/own", version: "v2"),
      ])
  }

  /// Images and charts of the examples that follow Git, none left out.
  @Test(arguments: ["ha-k3s", "home-k3s", "home-ops", "k3d-one-host"])
  func findsThoseOfExamples(name: String) async throws {
    let loaded = Catalog.loadCluster("\(Self.root)/examples/\(name)")
    let blueprint = try #require(loaded.blueprint)
    let json = try TreeTests.document(try await tree(of: blueprint), "renovate.json")
    let found = try loaded.sources.values.reduce(into: Set<Pin>()) {
      try $0.formUnion(Self.pins(json["customManagers"] ?? .null, in: $1))
    }
    #expect(found.contains { $0.datasource == "github-releases" } == (blueprint.kubernetes?.version != nil))
    for release in blueprint.releases where release.section == .apps {
      switch release.source {
      case .image(let workload):
        #expect(
          found.contains { workload.image.hasPrefix("\($0.name):\($0.version)") }, "\(release.name) \(workload.image)")
      case .chart(.repository(let url, let name, let version, _)):
        let pin = Pin(datasource: "helm", name: name, version: version, registry: url)
        #expect(found.contains(pin), "\(release.name)")
      default: break
      }
    }
  }

  @Test(
    .enabled(
      if: Executable.find("check-jsonschema") != nil,
      "check-jsonschema is not in PATH; scripts/install-validator installs it and prints where it is"))
  func isWhatRenovateReads() async throws {
    let files = try await tree(of: TreeTests.blueprint(Self.text))
    let file = try #require(files.first { $0.path == "renovate.json" })
    try await withScratch([file]) { folder in
      let output = try await Command(
        "check-jsonschema", ["--builtin-schema", "vendor.renovate", "\(folder)/renovate.json"]
      ).run(timeout: .seconds(300))
      #expect(output.isSuccess, "\(output)")
    }
  }
}
