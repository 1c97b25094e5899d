import Blueprint
import Diagnostics
import JSON
import Testing

/// `environments` and `include`.
@Suite struct EnvironmentTests {
  static let cluster =
    head + """
      domain: example.net
      network: {router: 192.168.1.1, dns: [9.9.9.9], pools: {lan: 192.168.1.40/29}}
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.1.11], tags: [a, b]}
        - {name: sheep, role: worker}
      layers: [{name: all, releases: [web]}]
      platform:
        dns:
      apps:
        web:
          image: nginx
          ports: [{name: http, port: 80}, {name: metrics, port: 9000}]
          replicas: 3
          env: {LEVEL: info, REGION: eu}
          expose: {host: www, auth: sso}
        reports: {image: caddy}
      environments:
        dev:
          name: home-dev
          domain: dev.example.net
          network: {router: 10.0.0.1, dns: null, pools: {more: 192.168.1.56/29}}
          nodes:
            - {name: cow, addresses: [10.0.0.11], tags: [c]}
            - {name: pig, role: worker}
          layers: [{name: all, retries: 7}]
          platform:
            dns: {timeout: 1m}
            proxy: {}
          apps:
            web:
              ports: [{name: metrics, port: 9100}, {name: debug, port: 1234}]
              replicas: null
              env: {LEVEL: debug}
              expose: {auth: null}
            reports: null
            extra: {image: redis}
        prod:
      """

  private func load(_ environment: String?) throws -> Blueprint {
    try blueprint(Self.cluster, components: testComponents, environment: environment)
  }

  @Test func withoutAnEnvironmentTheFileStandsAsItIs() throws {
    for environment in [nil, "prod"] {
      let cluster = try load(environment)
      #expect(cluster.name == "home")
      #expect(cluster.nodes.map(\.name) == ["cow", "sheep"])
      #expect(cluster.releases.map(\.name) == ["web", "reports"])
      #expect(cluster.components.map(\.name) == ["dns"])
    }
  }

  @Test func valuesAreReplacedMergedAndTakenAway() throws {
    let cluster = try load("dev")
    #expect(cluster.name == "home-dev")
    #expect(cluster.domain == "dev.example.net")
    // Mappings are merged, key by key; null takes away.
    #expect(cluster.network.router?.value.description == "10.0.0.1")
    #expect(cluster.network.dns.isEmpty)
    #expect(cluster.network.pools.map(\.name) == ["lan", "more"])
    // Lists of named things are merged by name, other lists replaced.
    #expect(cluster.nodes.map(\.name) == ["cow", "sheep", "pig"])
    #expect(cluster.nodes[0].role == .controlPlane)
    #expect(cluster.nodes[0].addresses.map(\.value.description) == ["10.0.0.11"])
    #expect(cluster.nodes[0].tags == ["c"])
    #expect(cluster.layers.map(\.retries) == [7])
    #expect(cluster.layers[0].releases.map(\.name) == ["web"])
    #expect(cluster.components.map(\.name) == ["dns", "proxy"])
    #expect(cluster.components[0].release.timeout == .seconds(60))
    #expect(cluster.releases.map(\.name) == ["web", "extra"])
    guard case .image(let web)? = cluster.release("web")?.source else { return }
    #expect(web.image == "nginx")
    #expect(web.ports.map(\.name) == ["http", "metrics", "debug"])
    #expect(web.ports.map(\.port) == [80, 9100, 1234])
    #expect(web.replicas == 1)
    #expect(web.env.map(\.value) == [.text("debug"), .text("eu")])
    let exposure = try #require(cluster.release("web")?.exposures.first)
    #expect(exposure.host.value == "www.dev.example.net")
    #expect(exposure.authentication == nil)
  }

  @Test func everythingStandsWhereItIsWritten() throws {
    let cluster = try load("dev")
    func line(_ text: String) -> Int? {
      Self.cluster.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(text) }
        .map { $0 + 1 }
    }
    #expect(cluster.span.line == line("home-dev"))
    #expect(cluster.network.router?.span.line == line("10.0.0.1,"))
    #expect(cluster.network.pools.map(\.span.line) == [line("lan:"), line("more:")])
    #expect(cluster.nodes.map(\.span.line) == [line("{name: cow, addr"), line("sheep"), line("pig")])
    #expect(cluster.nodes[0].addresses.map(\.span.line) == [line("10.0.0.11")])
    #expect(cluster.release("web")?.span.line == line("web:"))
    #expect(cluster.release("extra")?.span.line == line("extra:"))
    guard case .image(let web)? = cluster.release("web")?.source else { return }
    #expect(web.places["ports"]?.line == line("ports: [{name: http"))
  }

  @Test func anEnvironmentReachesEveryFile() throws {
    let workspace = MemoryWorkspace([
      "cluster.yaml": head + "environments: {dev: {apps: {web: {replicas: 2}, new: {image: redis}}, domain: a.dev}}\n",
      "apps/web.yaml":
        "apps: {web: {image: nginx}}\nenvironments: {dev: {apps: {web: {port: 80}}}, test: {domain: b.dev}}\n",
      "nodes.yaml":
        "nodes: [{name: cow, role: worker}]\nenvironments: {dev: {nodes: [{name: cow, role: control-plane}]}}\n",
    ])
    let cluster = try #require(ClusterFile.load("", reading: workspace, environment: "dev").blueprint)
    #expect(cluster.domain == "a.dev")
    #expect(cluster.nodes.map(\.role) == [.controlPlane])
    guard case .image(let web)? = cluster.release("web")?.source else { return }
    #expect(web.replicas == 2)
    #expect(web.ports.map(\.port) == [80])
    #expect(cluster.release("new") != nil)
    #expect(ClusterFile.load("", reading: workspace, environment: "test").blueprint?.domain == "b.dev")
  }

  // MARK: include

  @Test func includedFilesAreReadOnce() throws {
    let result = ClusterFile.load(
      "home",
      reading: MemoryWorkspace([
        "home/cluster.yaml": head + "include: [one.yaml, ./sub/../two.yaml, apps/web.yaml, ../shared/three.yaml]\n",
        "home/one.yaml": "include: [two.yaml, one.yaml, cluster.yaml]\napps: {one: {image: nginx}}\n",
        "home/two.yaml": "include: [one.yaml]\ndomain: example.net\napps: {two: {image: nginx}}\n",
        "home/apps/web.yaml": "apps: {web: {image: nginx}}\n",
        "shared/three.yaml": "apps: {three: {image: nginx}}\n---\nnodes: [{name: cow, role: worker}]\n",
      ]))
    #expect(result.diagnostics.map(\.message) == [])
    let cluster = try #require(result.blueprint)
    #expect(cluster.releases.map(\.name) == ["web", "one", "two", "three"])
    #expect(cluster.domain == "example.net")
    #expect(cluster.nodes.map(\.span.file) == ["shared/three.yaml"])
    #expect(result.sources.count == 5)
  }
}
