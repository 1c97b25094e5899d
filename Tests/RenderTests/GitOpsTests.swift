import Blueprint
import Catalog
import Glibc
import JSON
import Render
import Testing
import YAML

/// What Argo CD and Flux are given.
@Suite struct GitOpsTests {
  private static func blueprint(_ engine: String) throws -> Blueprint {
    let text = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: home
      network:
        nodes: 192.168.1.0/24
        pools: {lan: 192.168.1.40-192.168.1.47}
      platform:
        metallb: {}
        traefik: {pool: lan}
        podinfo:
          namespace: podinfo
          chart: {oci: "oci://ghcr.io/stefanprodan/charts/podinfo", version: 6.7.1}
          values: {replicas: 2}
          dependsOn: [traefik]
          patches:
            - target: {kind: Deployment}
              merge: {spec: {revisionHistoryLimit: 2}}
      apps:
        web: {image: "docker.io/library/nginx:1.27.3", port: 80, dependsOn: [podinfo]}
        remote: {kustomize: "https://example.net/web.git//deploy?ref=v1"}
      gitops: {engine: \(engine), repository: "https://git.example.net/home/cluster.git", webhook: hook.example.net}
      secrets: {backend: sops, recipients: [age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg]}
      """
    let folder = "/tmp/croft-render-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    mkdir(folder, 0o755)
    defer {
      unlink(folder + "/cluster.yaml")
      rmdir(folder)
    }
    let file = try #require(fopen(folder + "/cluster.yaml", "w"))
    fputs(text, file)
    fclose(file)
    let result = Catalog.loadCluster(folder)
    return try #require(result.blueprint, "\(Array(result.diagnostics))")
  }

  private static func files(_ engine: String) async throws -> [RenderedFile] {
    let blueprint = try blueprint(engine)
    let graph = ReleaseGraph(blueprint)
    if let tree = ArgoCDTree(blueprint, graph) { return try await tree.files() }
    return try await FluxTree(blueprint, graph)?.files() ?? []
  }

  private static func documents(_ files: [RenderedFile], _ path: String) throws -> [JSON] {
    let file = try #require(files.first { $0.path == path }, "\(files.map(\.path))")
    return try Document.parse(file.bytes, file: path, dialect: .kubernetes).map { $0.json(as: .kubernetes) }
  }

  @Test func argoCD() async throws {
    let files = try await Self.files("argocd")
    #expect(Set(files.map(\.path)).count == files.count)
    let traefik = try Self.documents(files, "argocd/infrastructure/traefik.yaml")[0]
    #expect(traefik[path: "spec", "sources"]?[0]?["chart"] == "traefik")
    #expect(traefik[path: "spec", "sources"]?[0]?[path: "helm", "releaseName"] == "traefik")
    #expect(traefik[path: "spec", "project"] == "network")
    let metallb = try Self.documents(files, "argocd/infrastructure/metallb.yaml")[0]
    // The chart, and the pools beside it.
    #expect(metallb[path: "spec", "sources"]?.array?.count == 2)
    #expect(metallb[path: "spec", "sources"]?[1]?["path"] == "generated/manifests/metallb")
    #expect(
      metallb[path: "spec", "syncPolicy", "managedNamespaceMetadata", "labels"]
        == ["pod-security.kubernetes.io/enforce": "privileged"])
    let pools = try Self.documents(files, "manifests/metallb/objects.yaml")
    #expect(pools.compactMap { $0["kind"]?.string } == ["IPAddressPool", "L2Advertisement"])
    let podinfo = try Self.documents(files, "argocd/infrastructure/podinfo.yaml")[0]
    // It is patched, so kustomize renders it.
    #expect(podinfo[path: "spec", "project"] == "platform")
    #expect(podinfo[path: "spec", "sources"]?.array?.compactMap { $0["path"] } == ["generated/manifests/podinfo"])
    let patched = try Self.documents(files, "manifests/podinfo/kustomization.yaml")[0]
    #expect(
      patched["helmCharts"] == [
        [
          "releaseName": "podinfo", "namespace": "podinfo", "includeCRDs": true, "skipTests": true,
          "valuesInline": ["replicas": 2], "name": "podinfo", "repo": "oci://ghcr.io/stefanprodan/charts",
          "version": "6.7.1",
        ]
      ])
    #expect(patched["patches"]?.array?.count == 1)
    func wave(_ name: String) throws -> Int {
      let object = try Self.documents(
        files, "argocd/\(["web", "remote"].contains(name) ? "apps" : "infrastructure")/\(name).yaml")[0]
      return try #require(
        Int(object[path: "metadata", "annotations", "argocd.argoproj.io/sync-wave"]?.string ?? ""))
    }
    #expect(try wave("metallb") < wave("traefik"))
    #expect(try wave("traefik") < wave("podinfo"))
    #expect(try wave("podinfo") < wave("web"))
    let projects = try Self.documents(files, "argocd/bootstrap/projects.yaml")
    #expect(projects.compactMap { $0[path: "metadata", "name"]?.string } == ["apps", "network", "platform"])
    #expect(projects[0][path: "spec", "clusterResourceWhitelist"] == [["group": "", "kind": "Namespace"]])
    let kustomization = try Self.documents(files, "manifests/remote/kustomization.yaml")[0]
    #expect(kustomization["resources"] == ["https://example.net/web.git//deploy?ref=v1"])
  }

  @Test func flux() async throws {
    let files = try await Self.files("flux")
    let cluster = try Self.documents(files, "flux/cluster.yaml")
    for part in cluster where part["kind"] == "Kustomization" {
      #expect(part[path: "spec", "decryption", "provider"] == "sops")
    }
    #expect(
      cluster.compactMap { $0[path: "metadata", "name"]?.string }
        == ["cluster", "cluster", "cluster-meta", "cluster-webhook"])
    #expect(
      try Self.documents(files, "flux/webhook/receiver.yaml").contains { $0["kind"] == "Receiver" })
    // What Flux follows at the top names every release, and each waits for what it depends on.
    let root = try Self.documents(files, "flux/kustomization.yaml")[0]
    #expect(
      root["resources"] == [
        "cluster.yaml", "releases/metallb.yaml", "releases/traefik.yaml", "releases/podinfo.yaml", "releases/web.yaml",
        "releases/remote.yaml",
      ])
    let parts = try Self.documents(files, "flux/releases/metallb.yaml")
    #expect(parts.compactMap { $0[path: "metadata", "name"]?.string } == ["metallb", "metallb-objects"])
    #expect(
      parts.compactMap { $0[path: "spec", "path"]?.string }
        == ["./generated/flux/charts/metallb", "./generated/manifests/metallb"])
    let web = try Self.documents(files, "flux/releases/web.yaml")[0]
    #expect(web[path: "spec", "dependsOn"] == [["name": "cluster-meta"], ["name": "podinfo"]])
    let traefikPart = try Self.documents(files, "flux/releases/traefik.yaml")[0]
    #expect(
      traefikPart[path: "spec", "dependsOn"]
        == [["name": "cluster-meta"], ["name": "metallb"], ["name": "metallb-objects"]])
    let sources = try Self.documents(files, "flux/meta/sources.yaml")
    #expect(
      sources.compactMap { $0["kind"]?.string }.sorted() == ["HelmRepository", "HelmRepository", "OCIRepository"])
    let podinfo = try Self.documents(files, "flux/charts/podinfo/release.yaml")[0]
    #expect(podinfo["apiVersion"] == "helm.toolkit.fluxcd.io/v2")
    #expect(podinfo[path: "metadata", "namespace"] == "podinfo")
    #expect(podinfo[path: "spec", "dependsOn"] == [["name": "traefik", "namespace": "traefik"]])
    #expect(podinfo[path: "spec", "chartRef", "kind"] == "OCIRepository")
    #expect(
      sources.contains { $0[path: "metadata", "name"] == podinfo[path: "spec", "chartRef", "name"] })
    #expect(podinfo[path: "spec", "postRenderers"]?[0]?[path: "kustomize", "patches"]?.array?.count == 1)
    #expect(podinfo[path: "spec", "values", "replicas"] == 2)
    let namespaces = try Self.documents(files, "flux/meta/namespaces.yaml")
    #expect(
      namespaces.allSatisfy {
        $0[path: "metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune"] == "disabled"
      })
  }

  @Test(arguments: ["argocd", "flux"])
  func theSameEachTime(_ engine: String) async throws {
    let first = try await Self.files(engine)
    #expect(!first.isEmpty)
    #expect(try await Self.files(engine) == first)
  }
}
