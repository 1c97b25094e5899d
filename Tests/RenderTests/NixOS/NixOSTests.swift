import Blueprint
import Catalog
import Foundation
import JSON
import Process
import Render
import Testing

/// NixOS machines, evaluated by Nix with inputs that know which options there are.
@Suite struct NixOSTests {
  static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

  static func example(_ name: String) async throws -> [RenderedFile] {
    let loaded = Catalog.loadCluster("\(root)/examples/\(name)")
    return try await tree(of: try #require(loaded.blueprint, "\(Array(loaded.diagnostics))"))
  }

  static func text(_ files: [RenderedFile], _ path: String) throws -> String {
    try #require(files.first { $0.path == path }, "\(files.map(\.path))").text
  }

  static func evaluated(_ files: [RenderedFile], module: String? = nil) async throws -> JSON {
    let folder = try NixFolder(files)
    defer { folder.remove() }
    #expect(try await folder.parse() == "")
    let result = try await folder.evaluate(module: module)
    try #require(result.isSuccess, "\(result)")
    return try JSON(parsing: result.text)
  }

  // MARK: nixlab

  /// S4.2 to S4.15, on the seed's own cluster.
  @Test func nixlab() async throws {
    let json = try await Self.evaluated(Self.example("nixlab"))
    #expect(json["agree"] == true)
    #expect(json["systems"]?.object?.map(\.key) == ["master", "worker-1", "worker-2"])

    let master = try #require(json["systems"]?["master"])
    let k3s = try #require(master[path: "services", "k3s"])
    #expect(k3s["role"] == "server" && k3s["clusterInit"] == true && k3s["serverAddr"] == "")
    #expect(k3s["package"] == "/nix/store/k3s_1_33" && k3s["tokenFile"] == "/run/secrets/k3s/token")
    let flags = Set(k3s["extraFlags"]?.array?.compactMap(\.string) ?? [])
    #expect(
      flags.isSuperset(of: [
        "--disable=servicelb", "--disable=traefik", "--disable=local-storage", "--write-kubeconfig-mode=0640",
        "--write-kubeconfig-group=wheel", "--node-ip=192.168.1.10", "--cluster-cidr=10.42.0.0/16",
      ]))
    let worker = try #require(json["systems"]?["worker-1"])
    #expect(worker[path: "services", "k3s", "role"] == "agent")
    #expect(worker[path: "services", "k3s", "serverAddr"] == "https://192.168.1.10:6443")
    #expect(
      worker[path: "services", "k3s", "extraFlags"] == [
        "--node-name=worker-1", "--node-ip=192.168.1.11", "--node-label=croft.dev/power=always",
      ])

    // The disk: BIOS boot, ESP, LVM, and three subvolumes.
    let disk = try #require(worker[path: "disko", "devices", "disk", "system"])
    #expect(disk["device"] == "/dev/disk/by-id/nvme-example-2" && disk["destroy"] == true)
    let partitions = try #require(disk[path: "content", "partitions"])
    #expect(partitions["boot"]?["type"] == "EF02" && partitions["ESP"]?["size"] == "500M")
    #expect(partitions[path: "root", "content", "vg"] == "root_vg")
    let subvolumes = worker[path: "disko", "devices", "lvm_vg", "root_vg", "lvs", "root", "content", "subvolumes"]
    #expect(subvolumes?["/root"]?["mountpoint"] == "/" && subvolumes?["/persist"]?["mountpoint"] == "/persist")
    #expect(subvolumes?["/nix"]?["mountpoint"] == "/nix")

    // What outlives a start.
    let rollback = try #require(worker[path: "boot", "initrd", "systemd", "services", "rollback"])
    #expect(rollback["before"] == ["sysroot.mount"])
    #expect(rollback["script"]?.string?.contains("30 days ago") == true)
    #expect(rollback["script"]?.string?.contains("${old##*/}") == true)
    #expect(worker[path: "fileSystems", "/persist", "neededForBoot"] == true)
    let persistence = try #require(master[path: "environment", "persistence", "/persist"])
    let paths = Set(persistence["directories"]?.array?.compactMap(\.string) ?? [])
    #expect(
      paths.isSuperset(of: [
        "/etc/nixos", "/etc/rancher", "/var/log", "/var/lib/nixos", "/var/lib/kubelet", "/var/lib/rancher",
        "/var/lib/longhorn", "/var/lib/csi", "/var/lib/croft-deploy",
      ]))
    #expect(persistence[path: "users", "you", "directories"]?.array?.contains(".ssh") == true)
    #expect(
      master[path: "services", "openssh", "hostKeys"]?.array?.compactMap { $0["path"]?.string }
        == ["/persist/etc/ssh/ssh_host_ed25519_key", "/persist/etc/ssh/ssh_host_rsa_key"])
    #expect(master[path: "sops", "age", "keyFile"] == "/persist/etc/sops-nix/keys.txt")
    #expect(
      master[path: "sops", "secrets", "k3s/token", "sopsFile"]?.string?.hasSuffix("/nixos/secrets/k3s.sops.yaml")
        == true)

    #expect(worker[path: "services", "openiscsi", "enable"] == true)
    #expect(worker[path: "networking", "firewall", "enable"] == false)
    #expect(worker[path: "networking", "hosts", "192.168.1.10"] == ["master"])
    #expect(json[path: "hive", "worker-1", "deployment", "tags"] == ["worker"])
    #expect(json[path: "hive", "master", "deployment", "targetHost"] == "192.168.1.10")

    // One machine rolls out.
    let unit = try #require(master[path: "systemd", "services", "croft-deploy"])
    #expect(unit["requires"] == ["k3s.service"])
    #expect(unit[path: "serviceConfig", "Restart"] == "on-failure")
    #expect(worker[path: "systemd", "services"]?["croft-deploy"] == nil)
  }

  /// S4.16 to S4.18: nine groups in their order, with their retries, and what each waits for.
  @Test func theScriptOfNixlab() async throws {
    let files = try await Self.example("nixlab")
    let script = try Self.text(files, "nixos/deploy/deploy.sh")
    let groups = script.split(separator: "\n").filter { $0.hasPrefix("group ") }.map(String.init)
    #expect(
      groups.compactMap { $0.split(separator: " ").dropFirst().first } == [
        "core-infrastructure", "core-config", "networking-services", "dns-services", "external-access", "external-dns",
        "external-ingress", "vpn-services", "apps",
      ])
    #expect(
      groups.first?.hasPrefix("group core-infrastructure 'longhorn metallb' ") == true
        && groups.first?.contains("deployment/longhorn-system/longhorn-driver-deployer") == true
        && groups.first?.contains("deployment/metallb-system/metallb-controller") == true)
    #expect(groups[7] == "group vpn-services wireguard deployment/wireguard-system/wireguard")
    // Single sign-on is the last thing that is set up, when Nextcloud and who vouches for people are there.
    #expect(groups.last?.hasPrefix("group apps 'signal-proxy pocket-id nextcloud nextcloud-sso'") == true)
    #expect(script.contains("\nrelease metallb-config metallb-system 5 600\n"))
    #expect(
      script.contains(
        "\nrelease longhorn longhorn-system 3 900 longhorn --repo https://charts.longhorn.io --version 1.12.1\n"))
    let patched = try Self.text(files, "nixos/deploy/wireguard/kustomization.yaml")
    #expect(patched.contains("net.ipv4.ip_forward=1"))
    #expect(try Self.text(files, "nixos/deploy/longhorn/values.yaml").contains("defaultReplicaCount: 2"))
    #expect(try Self.text(files, "nixos/deploy/namespaces.yaml").contains("enforce: privileged"))
    #expect(!files.contains { $0.path.hasPrefix("manifests/") || $0.path.hasPrefix("nodes/") })

    let checked = try await Command("shellcheck", ["--severity=style", "-"], input: Array(script.utf8)).run()
    #expect(checked.isSuccess, "\(checked)")
  }

  @Test func theSameFileGivesTheSameTree() async throws {
    for name in ["nixlab", "k3d-one-host"] {
      let first = try await Self.example(name)
      #expect(try await Self.example(name) == first)
    }
  }

  /// A misspelt option, a wrong type, an unknown package: the inputs of these tests refuse them.
  @Test(arguments: [
    ("modules/k3s.nix", "tokenFile =", "tokenFiles =", "services.k3s.tokenFiles"),
    ("modules/base.nix", "useNetworkd = true", "useNetworkd = \"yes\"", "networking.useNetworkd"),
    ("cluster.nix", "k3s_1_33", "k3s_0_33", "k3s_0_33"),
    ("modules/disks.nix", "lvm_pv", "lvm_vp", "lvm_vp"),
    ("nodes/master.nix", "clusterInit", "clusterinit", "services.k3s.clusterinit"),
  ])
  func mistakesAreSeen(_ file: String, _ right: String, _ wrong: String, _ word: String) async throws {
    var files = try await Self.example("nixlab")
    let index = try #require(files.firstIndex { $0.path == "nixos/\(file)" })
    let text = files[index].text.replacing(right, with: wrong)
    #expect(text != files[index].text)
    files[index].bytes = Array(text.utf8)
    let folder = try NixFolder(files)
    defer { folder.remove() }
    let result = try await folder.evaluate()
    #expect(!result.isSuccess && result.errorText.contains(word), "\(result)")
  }

  // MARK: Other machines

  /// Three servers of other kinds: ZFS, fixed addresses of both families, disks for data, flags with spaces.
  @Test func otherMachines() async throws {
    let blueprint = try TreeTests.blueprint(
      """
      domain: home.example.net
      kubernetes: {distribution: k3s, version: v1.34.1+k3s1}
      network:
        nodes: [10.0.0.0/24, "fd00:1::/64"]
        router: 10.0.0.1
        dns: [9.9.9.9]
        controlPlaneVIP: 10.0.0.10
      nixos:
        fileSystem: zfs
        release: unstable
        keepRoots: 7
        persist: [/srv/state]
        rootKeys: [ssh-ed25519 AAAA]
      backup: {etcd: {every: 6h, keep: 14}}
      power: {off: "21:30", on: "07:00"}
      nodes:
        - name: a
          role: control-plane
          os: nixos
          addresses: [10.0.0.11, "fd00:1::11"]
          hardware: {architecture: arm64, interface: eth0, mac: "6c:4b:90:11:22:33"}
          labels: {disk: fast}
          taints: [workload=ai:NoSchedule]
          ssh: {user: deploy, host: a.example.net, port: 2222}
          persist: [/var/lib/other]
          power: {wake: {mac: "6c:4b:90:11:22:33"}}
          disks:
            - {device: /dev/disk/by-id/a, use: system, espSize: 1Gi}
            - {device: /dev/disk/by-id/b, use: data, mount: /srv/data, wipe: true, filesystem: xfs}
            - {device: /dev/disk/by-id/c, use: data, mount: /srv/old}
            - {device: /dev/disk/by-id/d, use: ceph}
        - {name: b, role: control-plane, os: nixos, addresses: [10.0.0.12]}
        - {name: c, role: control-plane, addresses: [10.0.0.13]}
      platform: {spegel: {}, csi-driver-nfs: {server: nas.example.net, share: /srv}}
      """)
    let files = try await tree(of: blueprint)
    // The third runs Debian.
    #expect(files.contains { $0.path == "nodes/c/etc/rancher/k3s/config.yaml" })
    #expect(!files.contains { $0.path == "nodes/a/etc/rancher/k3s/config.yaml" })
    #expect(try Self.text(files, "nixos/flake.nix").contains("nixpkgs/nixos-unstable"))
    let json = try await Self.evaluated(files)
    let a = try #require(json["systems"]?["a"])
    #expect(a[path: "system", "stateVersion"] == "25.11" && a[path: "nixpkgs", "hostPlatform"] == "aarch64-linux")
    #expect(
      a[path: "disko", "devices", "disk", "system", "content", "partitions"]?.object?.map(\.key) == ["ESP", "root"])
    #expect(a[path: "disko", "devices", "disk", "system", "content", "partitions", "ESP", "size"] == "1024M")
    #expect(a[path: "disko", "devices", "disk", "system", "destroy"] == false)
    #expect(a[path: "disko", "devices", "zpool", "rpool", "datasets", "persist", "mountpoint"] == "/persist")
    #expect(a[path: "networking", "hostId"]?.string?.utf8.count == 8)
    #expect(a[path: "networking", "hostId"] != json[path: "systems", "b", "networking", "hostId"])
    #expect(
      a[path: "boot", "initrd", "systemd", "services", "rollback", "script"]?.string?.contains("7 days ago") == true)
    let volume = a[path: "disko", "devices", "disk", "data1", "content", "partitions", "volume", "content"]
    #expect(volume?["mountpoint"] == "/srv/data" && volume?["format"] == "xfs")
    #expect(a[path: "fileSystems", "/srv/old", "device"] == "/dev/disk/by-id/c")
    let unit = a[path: "systemd", "network", "networks", "10-lan"]
    #expect(unit?["address"] == ["10.0.0.11/24", "fd00:1::11/64"] && unit?["gateway"] == ["10.0.0.1"])
    #expect(unit?["matchConfig"] == ["MACAddress": "6c:4b:90:11:22:33", "Name": "eth0"])
    // What has spaces is in k3s's own file: NixOS puts no quotes around flags.
    let own = a[path: "environment", "etc", "rancher/k3s/config.yaml", "text"]?.string
    #expect(own == "etcd-snapshot-schedule-cron: 0 */6 * * *\n")
    let flags = a[path: "services", "k3s", "extraFlags"]?.array?.compactMap(\.string) ?? []
    #expect(flags.contains("--node-label=disk=fast") && flags.contains("--node-taint=workload=ai:NoSchedule"))
    #expect(flags.contains("--etcd-snapshot-retention=14") && flags.allSatisfy { !$0.contains(" ") })
    #expect(json[path: "systems", "b", "services", "k3s", "serverAddr"] == "https://10.0.0.10:6443")
    #expect(a[path: "networking", "firewall", "enable"] == true)
    #expect(a[path: "networking", "firewall", "allowedTCPPorts"] == [2379, 2380, 6443, 10250])
    #expect(a[path: "boot", "supportedFilesystems"] == ["nfs": true, "zfs": true])
    #expect(a[path: "environment", "etc", "rancher/k3s/registries.yaml"] != nil)
    let paths = a[path: "environment", "persistence", "/persist", "directories"]?.array?.compactMap(\.string) ?? []
    #expect(paths.contains("/srv/state") && paths.contains("/var/lib/other"))
    // Down and up.
    #expect(a[path: "services", "k3s", "gracefulNodeShutdown", "shutdownGracePeriod"] == "180s")
    #expect(a[path: "systemd", "services", "croft-wake", "preStop"]?.string?.contains("tomorrow 07:00") == true)
    #expect(a[path: "systemd", "network", "links", "50-croft-wake", "linkConfig", "WakeOnLan"] == "magic")
    #expect(json[path: "systems", "b", "systemd", "network", "links"] == .null)
    #expect(json[path: "hive", "a", "deployment", "buildOnTarget"] == true)
    #expect(json[path: "hive", "a", "deployment", "targetPort"] == 2222)
    #expect(json[path: "hive", "a", "deployment", "targetUser"] == "deploy")
  }

  // MARK: Secrets

  private static func sealed(_ keys: String) -> String {
    let recipient = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
    return keys + """
      sops:
          age:
              - recipient: \(recipient)
                enc: |
                  -----BEGIN AGE ENCRYPTED FILE-----
                  AAAA
                  -----END AGE ENCRYPTED FILE-----
          lastmodified: "2026-01-01T00:00:00Z"
          mac: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]
          version: 3.11.0

      """
  }

  private static let cipher = "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]"

  /// S4.14, S4.17: encrypted files go into the tree as they are; the first server makes Secrets of them.
  @Test func secrets() async throws {
    var blueprint = try TreeTests.blueprint(
      """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - {name: a, role: control-plane, os: nixos, disks: [{device: /dev/disk/by-id/a, use: system}]}
        - {name: b, role: worker, os: nixos, disks: [{device: /dev/disk/by-id/b, use: system}]}
      apps:
        web: {image: "nginx:1.29.4", env: {PASSWORD: {secret: web, key: password}}}
        api: {image: "nginx:1.29.4", env: {PASSWORD: {secret: web, key: password}}}
      """)
    let folder = FileManager.default.temporaryDirectory.appending(path: "croft-nixos-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "secrets"), withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws {
      try text.write(to: folder.appending(path: "secrets/\(name)"), atomically: true, encoding: .utf8)
    }
    let web = Self.sealed("password: \(Self.cipher)\nuser: \(Self.cipher)\n")
    try write("web.sops.yaml", web)
    try write("k3s.sops.yaml", Self.sealed("token: \(Self.cipher)\n"))
    try write("other.sops.yaml", Self.sealed("nobody: \(Self.cipher)\n"))
    blueprint.directory = folder.path
    let encrypted = try NixOSSecrets.files(of: blueprint)
    #expect(encrypted.map(\.path) == ["nixos/secrets/k3s.sops.yaml", "nixos/secrets/web.sops.yaml"])
    let files = try await tree(of: blueprint, secrets: encrypted)
    #expect(try Self.text(files, "nixos/secrets/web.sops.yaml") == web)
    let script = try Self.text(files, "nixos/deploy/deploy.sh")
    #expect(script.contains("\nsecret web api Opaque password user\nsecret web web Opaque password user\n"))

    let json = try await Self.evaluated(files)
    let secrets = try #require(json[path: "systems", "a", "sops", "secrets"])
    #expect(secrets.object?.map(\.key) == ["k3s/token", "web/password", "web/user"])
    #expect(secrets["web/password"]?["path"] == "/run/secrets/web/password")
    // An agent decrypts what it needs.
    #expect(json[path: "systems", "b", "sops", "secrets"]?.object?.map(\.key) == ["k3s/token"])

    // What is not encrypted never gets there.
    try write("web.sops.yaml", "password: plain\n")
    #expect(throws: (any Error).self) { try NixOSSecrets.files(of: blueprint) }
  }

  // MARK: k3d

  private static let host = """
    { services.croft-k3d.enable = true; virtualisation.docker.enable = true; }
    """

  /// S0.4 to S0.14: the module does nothing until it is asked, and says what is wrong.
  @Test func k3d() async throws {
    let files = try await Self.example("k3d-one-host")
    let idle = try await Self.evaluated(files, module: "{ }")
    #expect(idle["systemd"]?["services"] == .null && idle[path: "environment", "variables"] == .null)
    let options = try #require(idle[path: "services", "croft-k3d"])
    #expect(options["enable"] == false && options["clusterName"] == "factory")
    #expect(options["apiAddress"] == "127.0.0.1" && options["apiPort"] == 6443)
    #expect(options["storageDir"] == "/mnt/img_pool/k3d/storage")
    #expect(options["kubeconfig"] == ["path": "/etc/k3d/kubeconfig", "mode": "0640", "group": "wheel"])
    #expect(
      options[path: "gitops", "path"] == "generated/argocd/bootstrap" && options[path: "authKey", "enable"] == false)
    #expect(options[path: "authKey", "namespaces"] == ["argocd", "factory"])
    #expect(options["extraArgs"] == ["--disable=servicelb", "--disable=traefik"])

    let busy = try await Self.evaluated(files, module: Self.host)
    let unit = try #require(busy[path: "systemd", "services", "croft-k3d"])
    #expect(unit[path: "serviceConfig", "Type"] == "oneshot" && unit[path: "serviceConfig", "RemainAfterExit"] == true)
    #expect(
      unit[path: "serviceConfig", "Restart"] == "on-failure" && unit[path: "serviceConfig", "RestartSec"] == "10s")
    #expect(unit["after"] == ["docker.service", "network-online.target"])
    #expect(busy[path: "environment", "variables", "KUBECONFIG"] == "/etc/k3d/kubeconfig")
    let variables = try #require(unit["environment"])
    #expect(variables["STORAGE"] == "/mnt/img_pool/k3d/storage" && variables["KUBECONFIG_GROUP"] == "wheel")
    #expect(variables["AUTH_KEY_NAMESPACES"] == "argocd factory" && variables["AUTH_KEY_FILE"] == nil)
    #expect(
      variables["GITOPS"]
        == "https://github.com/example/factory-gitops.git//generated/argocd/bootstrap?ref=main")
    #expect(Self.broken(busy) == [])
    let module =
      "{ services.croft-k3d = { enable = true; ports = [ \"0.0.0.0:443:443@loadbalancer\" ]; authKey.enable = true; }; }"
    #expect(try await Self.broken(Self.evaluated(files, module: module)).count == 3)
  }

  private static func broken(_ config: JSON) -> [String] {
    (config["assertions"]?.array ?? []).filter { $0["assertion"] == false }.compactMap { $0["message"]?.string }
  }
}
