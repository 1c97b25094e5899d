import Blueprint
import Diagnostics
import JSON
import Testing

/// What keeps a cluster running, and what applications ask of it.
@Suite struct OperationsDecodingTests {
  @Test func gitops() throws {
    let cluster = try blueprint(
      head + """
        gitops:
          engine: flux
          repository: ssh://git@git.example.net/home/cluster.git
          branch: live
          path: clusters/home
          interval: 15m
          webhook: hooks.example.net
          secret: git.credentials
        """)
    let gitops = try #require(cluster.gitops)
    #expect(gitops.engine == .flux)
    #expect(gitops.repository == "ssh://git@git.example.net/home/cluster.git")
    #expect(gitops.branch == "live")
    #expect(gitops.path == "clusters/home")
    #expect(gitops.interval == .seconds(900))
    #expect(gitops.webhook?.value == "hooks.example.net")
    #expect(gitops.secret == "git.credentials")
  }

  @Test(arguments: [
    ("croft", "https://git.example.net/a.git"), ("argocd", "git@git.example.net:home/cluster.git"),
    ("flux", "file:///srv/git/cluster"),
  ])
  func defaultsOfGitOps(_ engine: String, _ repository: String) throws {
    let gitops = try #require(
      blueprint(head + "gitops: {engine: \(engine), repository: \"\(repository)\"}\n").gitops)
    #expect(gitops.engine.rawValue == engine)
    #expect(gitops.repository == repository)
    #expect(gitops.branch == "main")
    #expect(gitops.path == "generated/\(engine)")
    #expect(gitops.interval == .seconds(3600))
    #expect(gitops.webhook == nil)
    #expect(gitops.secret == nil)
  }

  @Test func secrets() throws {
    let recipient = "age1" + String(repeating: "q", count: 58)
    let sops = try blueprint(head + "secrets: {backend: sops, recipients: [\(recipient), ssh-ed25519 AAAA me@home]}\n")
    #expect(sops.secrets?.backend == .sops)
    #expect(sops.secrets?.recipients.map(\.value) == [recipient, "ssh-ed25519 AAAA me@home"])
    #expect(sops.secrets?.delivery == .secret)
    let vault = try blueprint(head + "secrets: {backend: vault, store: kv, delivery: csi}\n")
    #expect(vault.secrets?.store == "kv")
    #expect(vault.secrets?.delivery == .csi)
    #expect(try blueprint(head + "secrets: {backend: kubernetes}\n").secrets?.backend == .kubernetes)
    #expect(try blueprint(head).secrets == nil)
  }

  @Test func power() throws {
    let cluster = try blueprint(
      head + """
        power:
          off: "21:30"
          on: 07:00
          order: [apps, databases, storage, platform]
          taint: example.net/starting:NoExecute
          ups: {name: ups@nas, shutdownAt: 35%}
        """)
    #expect(cluster.power?.off?.value == "21:30")
    // YAML 1.2 has no sexagesimal numbers: without quotes it is the same text.
    #expect(cluster.power?.on?.value == "07:00")
    #expect(cluster.power?.order.map(\.value) == ["apps", "databases", "storage", "platform"])
    #expect(cluster.power?.taint == "example.net/starting:NoExecute")
    #expect(cluster.power?.ups?.name == "ups@nas")
    #expect(cluster.power?.ups?.shutdownAt == 35)
    let plain = try blueprint(head + "power: {ups: {name: ups@nas}}\n").power
    #expect(plain?.taint == "croft.dev/power=starting:NoSchedule")
    #expect(plain?.ups?.shutdownAt == 20)
    #expect(plain?.off == nil)
  }

  @Test func backup() throws {
    let cluster = try blueprint(
      head + """
        backup:
          etcd: {every: 6h, keep: 28}
          volumes: {target: "nfs://nas/backups", secret: target}
          drill: weekly
        """)
    #expect(cluster.backup?.etcd == .init(every: .seconds(21600), keep: 28))
    #expect(cluster.backup?.volumes?.value == "nfs://nas/backups")
    #expect(cluster.backup?.secret == "target")
    #expect(cluster.backup?.drill == .weekly)
    #expect(try blueprint(head + "backup: {etcd: {every: 1h}}\n").backup?.etcd?.keep == 14)
  }

  // MARK: Applications

  private func web(_ keys: String) throws -> Release {
    try #require(blueprint(head + "domain: home.example.net\napps:\n  web: {image: nginx, \(keys)}\n").releases.first)
  }

  @Test func exposures() throws {
    let plain = try web("expose: paper").exposures
    #expect(plain.map(\.host.value) == ["paper.home.example.net"])
    #expect(plain[0].gateway == .internal)
    #expect(plain[0].path == "/")
    #expect(plain[0].service == nil)
    #expect(plain[0].authentication == nil)
    #expect(plain[0].host.span.column == 31)

    let several = try web(
      "expose: [www.example.net, {host: \"*.web.example.net\", path: /a, service: other, port: 81, gateway: external, "
        + "ingress: traefik-public, auth: sso}]"
    ).exposures
    #expect(several.map(\.host.value) == ["www.example.net", "*.web.example.net"])
    #expect(several[1].path == "/a")
    #expect(several[1].service == "other")
    #expect(several[1].port == 81)
    #expect(several[1].gateway == .external)
    #expect(several[1].ingress?.value == "traefik-public")
    #expect(several[1].authentication?.value == .sso)
    #expect(try web("expose: {host: vpn, gateway: tailscale, auth: none}").exposures[0].gateway == .tailscale)
    #expect(try web("port: 80").exposures.isEmpty)
  }

  @Test func databases() throws {
    let plain = try #require(web("database: postgresql").database)
    #expect(plain.engine == .postgresql)
    #expect(plain.instances == 1)
    #expect(plain.size == "5Gi")
    #expect(plain.name == nil)
    #expect(!plain.isExternal)
    let full = try #require(
      web("database: {engine: redis, name: cache, instances: 3, size: 1Gi, external: true}").database)
    #expect(full.engine == .redis)
    #expect(full.name == "cache")
    #expect(full.instances == 3)
    #expect(full.size == "1Gi")
    #expect(full.isExternal)
  }

  @Test func schedules() throws {
    let full = try #require(web("schedule: {min: 2, max: 4, cpu: 70%, spread: required, minAvailable: 50%}").scheduling)
    #expect(full.replicas == 2...4)
    #expect(full.cpu == 70)
    #expect(full.spread == .required)
    #expect(full.minAvailable == "50%")
    let plain = try #require(web("schedule: {min: 1, max: 1}").scheduling)
    #expect(plain.replicas == 1...1)
    #expect(plain.cpu == 80)
    #expect(plain.spread == nil)
    let budget = try #require(web("schedule: {minAvailable: 1}").scheduling)
    #expect(budget.replicas == nil)
    #expect(budget.minAvailable == "1")
  }

  @Test func nodesAndAccess() throws {
    let one = try web("nodes: {names: cow, labels: {gpu: true}, power: on-demand}")
    #expect(one.nodes?.names.map(\.value) == ["cow"])
    #expect(one.nodes?.labels == ["gpu": "true"])
    #expect(one.nodes?.power == .onDemand)
    let two = try web("access: {from: [a, b], to: c, internet: [443, 993]}")
    #expect(two.access?.from.map(\.name) == ["a", "b"])
    #expect(two.access?.to.map(\.name) == ["c"])
    #expect(two.access?.internet == [443, 993])
    // No port at all, and no word about it, are not the same.
    #expect(try web("access: {internet: []}").access?.internet == [])
    #expect(try web("access: {from: a}").access?.internet == nil)
  }

  @Test func volumesAreBackedUp() throws {
    let release = try web("storage: {data: {size: 1Gi, mount: /data, backup: hourly}, tmp: {size: 1Gi, mount: /tmp}}")
    guard case .image(let workload) = release.source else { throw Unexpected(release.source) }
    #expect(workload.storage.map(\.backup) == [.hourly, nil])
  }
}
