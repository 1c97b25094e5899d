import Blueprint
import Diagnostics
import JSON
import Testing

/// `platform`: components of a catalogue beside releases.
@Suite struct ComponentDecodingTests {
  private func platform(_ text: String) throws -> Blueprint {
    let lines = text.split(separator: "\n").map { "  \($0)\n" }.joined()
    return try blueprint(head + "platform:\n" + lines, components: testComponents)
  }

  @Test func anEntryIsAComponentOrARelease() throws {
    let cluster = try platform(
      """
      dns:
      proxy: {pool: public}
      registry: {image: registry}
      """)
    #expect(cluster.components.map(\.name) == ["dns", "proxy"])
    #expect(cluster.components.map(\.component) == ["dns", "proxy"])
    #expect(cluster.components[1].options as? ProxyOptions == ProxyOptions(pool: "public", replicas: 2))
    #expect(cluster.releases.map(\.name) == ["registry"])
    // A component's name is no obstacle to saying what it is made from.
    #expect(try platform("proxy: {chart: {path: charts/proxy}}").releases.map(\.name) == ["proxy"])
  }

  @Test func severalOfOneKind() throws {
    let cluster = try platform(
      """
      proxy: {pool: private}
      proxy-public: {component: proxy, pool: public, replicas: 3}
      """)
    #expect(cluster.components.map(\.name) == ["proxy", "proxy-public"])
    #expect(cluster.components.map(\.component) == ["proxy", "proxy"])
    #expect(cluster.components[1].options as? ProxyOptions == ProxyOptions(pool: "public", replicas: 3))
    #expect(cluster.components[1].release.span == SourceSpan(file: "cluster.yaml", line: 6, column: 3, length: 12))
  }

  @Test func whatEveryComponentCanSay() throws {
    let use = try #require(
      platform(
        """
        proxy:
          version: 1.2.3
          values: {replicas: 3}
          valuesFrom: [{file: values.yaml}]
          patches: [{target: {kind: Service}, merge: {spec: {type: NodePort}}}]
          dependsOn: [dns]
          after: [metrics]
          waitFor: [deployment/proxy]
          retries: 5
          timeout: 90s
          recreate: [Job]
          prune: {protected: true}
        """
      ).components.first)
    #expect(use.version?.value == "1.2.3")
    #expect(use.release.values == ["replicas": 3])
    #expect(use.release.valuesFrom.count == 1)
    #expect(use.release.patches.count == 1)
    #expect(use.release.dependsOn.map(\.name) == ["dns"])
    #expect(use.release.after.map(\.name) == ["metrics"])
    #expect(use.release.waitFor.map(\.description) == ["deployment/proxy"])
    #expect(use.release.retries == 5)
    #expect(use.release.timeout == .seconds(90))
    #expect(use.release.recreate == ["Job"])
    #expect(use.release.pruneProtected)
    #expect(use.namespace == nil)
  }

  @Test func aNamespaceWithoutANameIsTheCatalogues() throws {
    let uses = try platform(
      """
      dns: {namespace: {labels: {a: b}}}
      proxy: {namespace: {labels: {a: b}}}
      proxy-2: {component: proxy, namespace: edge}
      """
    ).components
    #expect(uses.map(\.namespace?.name) == ["kube-system", "proxy", "edge"])
    #expect(uses[0].namespace?.labels == ["a": "b"])
  }
}
