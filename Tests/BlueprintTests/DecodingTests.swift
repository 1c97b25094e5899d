import Blueprint
import Diagnostics
import JSON
import Testing

/// A cluster file's head, for tests that look at the rest.
let head = "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: home\n"

/// Loads a cluster of one file that must have nothing wrong with it.
func blueprint(
  _ text: String, components: [ComponentKind] = [], environment: String? = nil
) throws -> Blueprint {
  let result = ClusterFile.load(
    "", reading: MemoryWorkspace(["cluster.yaml": text]), components: components, environment: environment)
  #expect(result.diagnostics.isEmpty, "\(Renderer(sources: result.sources).render(result.diagnostics))")
  return try #require(result.blueprint)
}

func release(_ text: String) throws -> Release {
  let lines = text.split(separator: "\n").map { "    \($0)\n" }.joined()
  return try #require(blueprint(head + "apps:\n  web:\n" + lines).releases.first)
}

@Suite struct DecodingTests {
  @Test func cluster() throws {
    let cluster = try blueprint(
      head + """
        domain: home.example.net
        kubernetes:
          distribution: k3s
          version: v1.33.4+k3s1
          tlsSANs: [k3s.home.example.net, 192.168.14.10, "*.example.net"]
        network:
          nodes: [192.168.14.0/26, "fd12:3456:789a:14::/64"]
          pods: 10.42.0.0/16
          services: [10.43.0.0/16]
          router: 192.168.14.1
          controlPlaneVIP: 192.168.14.10
          pools:
            public: 192.168.14.40-192.168.14.47
            private: [192.168.14.48/29, fd12::10-fd12::1f]
        nodes:
          - {name: cow, role: control-plane, addresses: [192.168.14.11, "fd12:3456:789a:14::11"]}
          - name: duck
            role: worker
            addresses: 192.168.14.13
            labels: {topology.kubernetes.io/zone: attic, gpu: true}
            taints: [workload=ai:NoSchedule, "dedicated:NoExecute"]
            tags: [gpu]
        layers:
          - {name: core, releases: [cilium], waitFor: [daemonset/kube-system/cilium, namespace/home], retries: 3}
        platform:
        apps:
        """)
    #expect(cluster.name == "home")
    #expect(cluster.domain == "home.example.net")
    #expect(cluster.kubernetes?.distribution == .k3s)
    #expect(cluster.kubernetes?.version == "v1.33.4+k3s1")
    #expect(cluster.kubernetes?.tlsSANs.count == 3)
    #expect(cluster.network.nodes.map(\.value.description) == ["192.168.14.0/26", "fd12:3456:789a:14::/64"])
    #expect(cluster.network.pods.map(\.value.description) == ["10.42.0.0/16"])
    #expect(cluster.network.router?.value.description == "192.168.14.1")
    #expect(cluster.network.router?.span == SourceSpan(file: "cluster.yaml", line: 13, column: 11, length: 12))
    #expect(cluster.network.pools.map(\.name) == ["public", "private"])
    #expect(
      cluster.network.pools[1].ranges.map(\.value.description) == [
        "192.168.14.48-192.168.14.55", "fd12::10-fd12::1f",
      ])
    #expect(cluster.nodes.map(\.name) == ["cow", "duck"])
    #expect(cluster.nodes[0].role == .controlPlane)
    #expect(cluster.nodes[0].span == SourceSpan(file: "cluster.yaml", line: 19, column: 12, length: 3))
    #expect(cluster.nodes[1].labels == ["topology.kubernetes.io/zone": "attic", "gpu": "true"])
    #expect(cluster.nodes[1].taints == ["workload=ai:NoSchedule", "dedicated:NoExecute"])
    #expect(cluster.layers.first?.releases.map(\.name) == ["cilium"])
    #expect(cluster.layers.first?.waitFor.map(\.description) == ["daemonset/kube-system/cilium", "namespace/home"])
    #expect(cluster.layers.first?.waitFor.map(\.namespace) == ["kube-system", nil])
    #expect(cluster.layers.first?.retries == 3)
    #expect(cluster.directory == ".")
    #expect(cluster.releases.isEmpty)
  }

  @Test func defaultsOfARelease() throws {
    let web = try release("image: nginx")
    #expect(web.name == "web")
    #expect(web.section == .apps)
    #expect(web.namespace.name == "web")
    #expect(web.retries == nil)
    #expect(web.timeout == nil)
    #expect(!web.pruneProtected)
    #expect(web.span == SourceSpan(file: "cluster.yaml", line: 5, column: 3, length: 3))
    guard case .image(let workload) = web.source else { throw Unexpected(web.source) }
    #expect(workload == Workload(image: "nginx", span: workload.span))
  }

  @Test func chartRelease() throws {
    let web = try release(
      """
      namespace: {name: www, labels: {pod-security.kubernetes.io/enforce: baseline}, annotations: {a/b: "free text"}}
      chart: {repository: "https://charts.example.net", name: web, version: 1.10}
      values: {replicas: 2, on: "no", hosts: [a]}
      valuesFrom:
        - file: values/web.yaml
        - {secret: web, key: password, path: auth.password, optional: true}
        - {configMap: web, key: values.yaml}
      patches:
        - {target: {kind: Deployment, name: web}, merge: {spec: {replicas: 3}}}
        - target: {kind: Service}
          operations: [{op: replace, path: /spec/type, value: NodePort}, {op: remove, path: /a~1b}]
      dependsOn: [db]
      after: [metrics]
      waitFor: [crd/webs.example.net, deployment/web]
      retries: 5
      timeout: 1h30m
      recreate: [Job, StatefulSet]
      prune: {protected: true}
      """)
    #expect(web.namespace.name == "www")
    #expect(web.namespace.labels == ["pod-security.kubernetes.io/enforce": "baseline"])
    #expect(web.namespace.annotations == ["a/b": "free text"])
    guard case .chart(.repository(let url, let name, let version, _)) = web.source else { throw Unexpected(web.source) }
    #expect([url, name, version] == ["https://charts.example.net", "web", "1.10"])
    #expect(web.values == ["replicas": 2, "on": "no", "hosts": ["a"]])
    #expect(web.valuesFrom.count == 3)
    guard case .object(.secret, "web", "password", "auth.password", true, _) = web.valuesFrom[1] else {
      throw Unexpected(web.valuesFrom[1])
    }
    guard case .object(.configMap, "web", "values.yaml", nil, false, _) = web.valuesFrom[2] else {
      throw Unexpected(web.valuesFrom[2])
    }
    #expect(web.patches[0].target == .init(kind: "Deployment", name: "web"))
    #expect(web.patches[0].change == .merge(["spec": ["replicas": 3]]))
    #expect(
      web.patches[1].change
        == .operations([
          ["op": "replace", "path": "/spec/type", "value": "NodePort"], ["op": "remove", "path": "/a~1b"],
        ]))
    #expect(web.dependsOn.map(\.name) == ["db"])
    #expect(web.after.map(\.name) == ["metrics"])
    #expect(web.waitFor.map(\.description) == ["crd/webs.example.net", "deployment/web"])
    #expect(web.retries == 5)
    #expect(web.timeout == .seconds(5400))
    #expect(web.recreate == ["Job", "StatefulSet"])
    #expect(web.pruneProtected)
  }

  @Test func otherSources() throws {
    let oci = try release("chart: {oci: \"oci://ghcr.io/example/web\", version: v1.2.3-rc.1+b}")
    guard case .chart(.oci("oci://ghcr.io/example/web", "v1.2.3-rc.1+b", _)) = oci.source else {
      throw Unexpected(oci.source)
    }
    let folder = try release("chart: {path: charts/web}")
    guard case .chart(.directory("charts/web", _)) = folder.source else { throw Unexpected(folder.source) }
    let kustomize = try release("kustomize: https://github.com/example/web//deploy?ref=v1")
    guard case .kustomize("https://github.com/example/web//deploy?ref=v1", _) = kustomize.source else {
      throw Unexpected(kustomize.source)
    }
    let one = try release("manifests: manifests/web")
    guard case .manifests(let single) = one.source, case .path("manifests/web", _)? = single.first else {
      throw Unexpected(one.source)
    }
    let several = try release(
      """
      manifests:
        - a.yaml
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: "1"}, data: {a: "no"}}
      """)
    guard case .manifests(let both) = several.source, both.count == 2, case .inline(let object, _) = both[1] else {
      throw Unexpected(several.source)
    }
    #expect(object == ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "1"], "data": ["a": "no"]])
  }

  @Test func workload() throws {
    let web = try release(
      """
      image: ghcr.io/example/web:2.18@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      ports: [80, {name: dns, port: 53, protocol: UDP}]
      replicas: 2
      kind: StatefulSet
      command: [/bin/web]
      args: [--port, 80]
      env:
        ANSWER: 42
        VERSION: 1.10
        DEBUG: true
        LANGUAGE: no
        EMPTY: ""
        PASSWORD: {secret: web, key: password}
        MODE: {configMap: web, key: mode}
      secrets: [web-env]
      storage:
        data: {size: 20Gi, mount: /data, class: fast, accessMode: ReadWriteMany}
        old: {claim: old-data, mount: /old, readOnly: true}
        tls: {secret: tls, mount: /tls}
        conf: {configMap: conf, mount: /conf}
        tmp: {emptyDir: true, mount: /tmp}
      probe: {path: /healthz}
      resources: {cpu: 250m, memory: 1Gi, limits: {cpu: 2, memory: 2Gi}}
      security: {user: 1000, group: 1000, readOnlyRootFilesystem: true, runAsNonRoot: true, privileged: false, capabilities: [NET_ADMIN]}
      service: {type: LoadBalancer, address: 192.168.1.40, annotations: {a: b}}
      nodeSelector: {kubernetes.io/arch: arm64}
      tolerations: [{key: workload, operator: Equal, value: true, effect: NoExecute, tolerationSeconds: 30}]
      hostNetwork: true
      revisionHistoryLimit: 5
      """)
    guard case .image(let workload) = web.source else { throw Unexpected(web.source) }
    #expect(workload.image.hasPrefix("ghcr.io/example/web:2.18@sha256:"))
    #expect(workload.ports == [.init(name: "port-80", port: 80), .init(name: "dns", port: 53, transport: "UDP")])
    #expect(workload.replicas == 2)
    #expect(workload.kind == .statefulSet)
    #expect(workload.command == ["/bin/web"])
    #expect(workload.args == ["--port", "80"])
    #expect(
      workload.env == [
        .init(name: "ANSWER", value: .text("42")), .init(name: "VERSION", value: .text("1.10")),
        .init(name: "DEBUG", value: .text("true")), .init(name: "LANGUAGE", value: .text("no")),
        .init(name: "EMPTY", value: .text("")), .init(name: "PASSWORD", value: .secret(name: "web", key: "password")),
        .init(name: "MODE", value: .configMap(name: "web", key: "mode")),
      ])
    #expect(workload.secrets == ["web-env"])
    #expect(
      workload.storage == [
        .init(
          name: "data", mount: "/data", source: .claim(size: "20Gi", storageClass: "fast", accessMode: "ReadWriteMany")),
        .init(name: "old", mount: "/old", source: .existingClaim("old-data"), readOnly: true),
        .init(name: "tls", mount: "/tls", source: .secret("tls")),
        .init(name: "conf", mount: "/conf", source: .configMap("conf")),
        .init(name: "tmp", mount: "/tmp", source: .emptyDir),
      ])
    #expect(workload.probe == .init(.http(path: "/healthz", port: 80)))
    #expect(workload.resources.cpu == "250m")
    #expect(workload.resources.cpuLimit == "2")
    #expect(workload.security.user == 1000)
    #expect(workload.security.capabilities == ["NET_ADMIN"])
    #expect(workload.service.address == "192.168.1.40")
    #expect(workload.service.type == .loadBalancer)
    #expect(workload.nodeSelector == ["kubernetes.io/arch": "arm64"])
    #expect(
      workload.tolerations == [
        ["key": "workload", "operator": "Equal", "value": "true", "effect": "NoExecute", "tolerationSeconds": 30]
      ])
    #expect(workload.hostNetwork)
    #expect(workload.revisionHistoryLimit == 5)
  }

  @Test(
    arguments: [
      ("probe: false", .off), ("probe: {tcp: 5432}", .tcp(port: 5432)),
      ("probe: {path: /h, port: 81}", .http(path: "/h", port: 81)),
      ("probe: {command: [test, -f, /ready]}", .command(["test", "-f", "/ready"])),
    ] as [(String, Workload.Probe.Check)])
  func probes(_ text: String, _ expected: Workload.Probe.Check) throws {
    guard case .image(let workload) = try release("image: nginx\nport: 80\n" + text).source else { return }
    #expect(workload.probe == .init(expected))
    #expect(workload.ports == [.init(name: "http", port: 80)])
  }
}

/// A value of another case than the test wants.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ value: some Any) { description = "\(value)" }
}
