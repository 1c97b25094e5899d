import Blueprint
import Catalog
import Glibc
import JSON
import Process
import Testing
import YAML

@testable import Render

/// The tree of node configurations, and the folder that it is written to.
@Suite struct TreeTests {
  static func blueprint(_ text: String) throws -> Blueprint {
    let folder = "/tmp/croft-tree-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    mkdir(folder, 0o755)
    defer {
      unlink(folder + "/cluster.yaml")
      rmdir(folder)
    }
    let file = try #require(fopen(folder + "/cluster.yaml", "w"))
    fputs("apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: home\n" + text, file)
    fclose(file)
    let result = Catalog.loadCluster(folder)
    return try #require(result.blueprint, "\(Array(result.diagnostics))")
  }

  static func document(_ files: [RenderedFile], _ path: String) throws -> JSON {
    let file = try #require(files.first { $0.path == path }, "\(files.map(\.path))")
    return try Document.parse(file.bytes, file: path, dialect: .kubernetes)[0].json(as: .kubernetes)
  }

  /// The flags of the document in S1.9, from a short file.
  @Test func k3sDualStackWithCilium() async throws {
    let files = try await tree(
      of: Self.blueprint(
        """
        kubernetes:
          distribution: k3s
          version: v1.33.4+k3s1
          secretsEncryption: true
          tlsSANs: [k3s.home.example.net]
          disable: [coredns, traefik]
          imageGarbageCollection: {high: 80, low: 70}
          serverConfig: {disable-cloud-controller: true}
        network:
          nodes: [192.168.14.0/26, "fd12:3456:789a:14::/64"]
          pods: [10.42.0.0/16, "fd22:2025:6a6a:42::/104"]
          services: [10.43.0.0/16, "fd22:2025:6a6a:43::/112"]
          podMaskIPv6: 120
          router: 192.168.14.1
          pools: {public: 192.168.14.40-192.168.14.47}
        nodes:
          - name: cow
            role: control-plane
            addresses: [192.168.14.11, "fd12:3456:789a:14::11"]
            hardware: {model: rpi5, interface: eth0}
          - name: duck
            role: worker
            addresses: [192.168.14.13]
            labels: {disk: fast}
            taints: [workload=ai:NoSchedule]
            power: {mode: on-demand}
        platform: {cilium: {l2Announcements: true}}
        """))
    let cow = try Self.document(files, "nodes/cow/etc/rancher/k3s/config.yaml")
    #expect(
      cow == [
        "node-name": "cow", "node-ip": "192.168.14.11,fd12:3456:789a:14::11",
        "cluster-cidr": "10.42.0.0/16,fd22:2025:6a6a:42::/104", "service-cidr": "10.43.0.0/16,fd22:2025:6a6a:43::/112",
        "tls-san": ["k3s.home.example.net"], "disable": ["coredns", "servicelb", "traefik"],
        "secrets-encryption": true, "write-kubeconfig-mode": "0600", "flannel-backend": "none",
        "disable-network-policy": true, "disable-kube-proxy": true, "disable-cloud-controller": true,
        "node-label": ["croft.dev/power=always"],
        "kube-controller-manager-arg": ["node-cidr-mask-size-ipv6=120"],
        "kubelet-arg": ["image-gc-high-threshold=80", "image-gc-low-threshold=70"],
      ])
    let duck = try Self.document(files, "nodes/duck/etc/rancher/k3s/config.yaml")
    #expect(
      duck == [
        "node-name": "duck", "node-ip": "192.168.14.13", "server": "https://192.168.14.11:6443",
        "token-file": "/etc/rancher/k3s/token", "node-label": ["croft.dev/power=on-demand", "disk=fast"],
        "node-taint": ["workload=ai:NoSchedule"],
        "kubelet-arg": ["image-gc-high-threshold=80", "image-gc-low-threshold=70"],
      ])
    let sysctl = try #require(files.first { $0.path == "nodes/cow/etc/sysctl.d/90-croft.conf" })
    #expect(sysctl.text.contains("net.ipv6.conf.all.forwarding = 1\n"))
    #expect(files.contains { $0.path == "nodes/cow/boot/firmware/cmdline.txt.append" })
    #expect(!files.contains { $0.path == "nodes/duck/boot/firmware/cmdline.txt.append" })
    let connection = try #require(files.first { $0.path.hasSuffix("croft.nmconnection") })
    #expect(connection.text.contains("address1=192.168.14.11/26\ngateway=192.168.14.1\n"))
    #expect(connection.text.contains("address1=fd12:3456:789a:14::11/64\n"))
  }

  @Test func serversJoinTheFirst() async throws {
    let files = try await tree(
      of: Self.blueprint(
        """
        kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
        network: {nodes: 10.0.0.0/24, controlPlaneVIP: 10.0.0.10}
        nodes:
          - {name: a, role: control-plane, addresses: [10.0.0.11]}
          - {name: b, role: control-plane, addresses: [10.0.0.12]}
          - {name: c, role: control-plane, addresses: [10.0.0.13]}
        backup: {etcd: {every: 6h, keep: 14}}
        """))
    let first = try Self.document(files, "nodes/a/etc/rancher/k3s/config.yaml")
    #expect(first["cluster-init"] == true && first["server"] == nil)
    #expect(first["etcd-snapshot-schedule-cron"] == "0 */6 * * *" && first["etcd-snapshot-retention"] == 14)
    #expect(first["tls-san"] == ["10.0.0.10"])
    let second = try Self.document(files, "nodes/b/etc/rancher/k3s/config.yaml")
    #expect(second["cluster-init"] == nil && second["server"] == "https://10.0.0.10:6443")
  }

  @Test func environmentAndRegistries() async throws {
    let text = """
      kubernetes:
        distribution: k3s
        version: v1.33.4+k3s1
        environment: {HTTPS_PROXY: "http://10.0.0.5:3128", NO_PROXY: 'a,"b"'}
        registryMirrors: {docker.io: ["https://mirror.example.net", "https://other.example.net"]}
      nodes:
        - {name: a, role: control-plane, addresses: [10.0.0.11]}
        - {name: b, role: worker, addresses: [10.0.0.12]}
      platform: {spegel: {}}
      """
    let files = try await tree(of: Self.blueprint(text))
    let lines = "HTTPS_PROXY=\"http://10.0.0.5:3128\"\nNO_PROXY=\"a,\\\"b\\\"\"\n"
    #expect(files.first { $0.path == "nodes/a/etc/default/k3s" }?.text == lines)
    #expect(files.first { $0.path == "nodes/b/etc/default/k3s-agent" }?.text == lines)
    let registries = try Self.document(files, "nodes/b/etc/rancher/k3s/registries.yaml")
    #expect(
      registries["mirrors"] == [
        "docker.io": ["endpoint": ["https://mirror.example.net", "https://other.example.net"]], "*": .null,
      ])
    let talos = text.replacing("k3s\n", with: "talos\n").replacing("+k3s1", with: "")
    let machine = try #require(try await tree(of: Self.blueprint(talos)).first { $0.path == "talos/machines/a.yaml" })
    #expect(machine.text.contains("kind: EnvironmentConfig") && machine.text.contains("kind: RegistryMirrorConfig"))
  }

  @Test func k3d() async throws {
    let files = try await tree(
      of: Self.blueprint(
        """
        kubernetes:
          distribution: k3d
          version: v1.33.4+k3s1
          disable: [traefik, servicelb]
          kubeconfig: {path: /etc/k3d/kubeconfig, mode: "0640", group: wheel}
          k3d: {storage: /mnt/k3d}
        nodes: [{name: p510, role: control-plane}]
        """))
    let config = try Self.document(files, "k3d/k3d.yaml")
    #expect(config["kubeAPI"] == ["hostIP": "127.0.0.1", "hostPort": "6443"])
    #expect(config["image"] == "rancher/k3s:v1.33.4-k3s1")
    #expect(config["volumes"]?[0]?["volume"] == "/mnt/k3d:/var/lib/rancher/k3s/storage")
    let arguments = config[path: "options", "k3s", "extraArgs"]?.array?.compactMap { $0["arg"]?.string }
    #expect(arguments == ["--disable=servicelb", "--disable=traefik"])
    let unit = try #require(files.first { $0.path == "k3d/croft-k3d-home.service" })
    for line in [
      "Requires=docker.service", "Restart=on-failure", "RestartSec=10s", "Type=oneshot", "RemainAfterExit=yes",
      "Environment=\"KUBECONFIG=/etc/k3d/kubeconfig\"", "Environment=\"KUBECONFIG_GROUP=wheel\"",
      "Environment=\"KUBECONFIG_MODE=0640\"", "Environment=\"STORAGE=/mnt/k3d\"",
      "ExecStart=/usr/bin/env bash /etc/croft/home/croft-k3d.sh",
    ] {
      #expect(unit.text.contains(line + "\n"), "\(line) is not in \(unit.text)")
    }
    // Nothing to begin with where no engine follows Git.
    #expect(!unit.text.contains("GITOPS"))
    let script = try #require(files.first { $0.path == "k3d/croft-k3d.sh" })
    let checked = try await Command("shellcheck", ["--severity=style", "-"], input: script.bytes).run()
    #expect(checked.isSuccess, "\(checked)")
  }

  @Test func aFolderKnowsWhatIsItsOwn() async throws {
    let path = "/tmp/croft-folder-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let folder = GeneratedFolder(path)
    let one = RenderedFile("a/one.yaml", "one: 1\n")
    let two = RenderedFile("b/c/two.yaml", "two: 2\n")
    #expect(try await folder.write([one, two]).added == ["a/one.yaml", "b/c/two.yaml"])
    #expect(try folder.difference(to: [one, two]).isEmpty)
    #expect(try await folder.write([one, two]).isEmpty)

    // What is no longer made goes, with the folders that it leaves empty.
    let changed = RenderedFile("a/one.yaml", "one: 11\n")
    let difference = try await folder.write([changed])
    #expect(difference.changed == ["a/one.yaml"] && difference.removed == ["b/c/two.yaml"])
    #expect(access(path + "/b", F_OK) != 0)

    // Somebody's edits are kept unless told otherwise, and nothing else is done meanwhile.
    let file = try #require(fopen(path + "/a/one.yaml", "w"))
    fputs("one: mine\n", file)
    fclose(file)
    #expect(try await folder.write([one, two]).edited == ["a/one.yaml"])
    #expect(access(path + "/b/c/two.yaml", F_OK) != 0)
    #expect(try FileWorkspace().read(path + "/a/one.yaml") == Array("one: mine\n".utf8))
    #expect(try await folder.write([one, two], force: true).edited == ["a/one.yaml"])
    #expect(try folder.difference(to: [one, two]).isEmpty)
    // An edit of what is no longer made is an edit, too.
    let other = try #require(fopen(path + "/b/c/two.yaml", "w"))
    fputs("two: mine\n", other)
    fclose(other)
    #expect(try folder.difference(to: [one]).edited == ["b/c/two.yaml"])
    // A run that was stopped half-way edits nothing: what it had written is known as its own.
    try await folder.write([one, two], force: true)
    let list = path + "/.croft.json"
    let before = try FileWorkspace().read(list)
    try await folder.note(GeneratedFolder.digests(of: [changed, two]), beside: folder.known())
    let half = try #require(fopen(path + "/a/one.yaml", "w"))
    fputs(changed.text, half)
    fclose(half)
    #expect(try folder.difference(to: [one, two]) == .init(changed: ["a/one.yaml"]))
    try await folder.write([one, two])
    #expect(try FileWorkspace().read(list) == before)
    try await folder.write([], force: true)
    unlink(path + "/.croft.json")
    rmdir(path)
    #expect(access(path, F_OK) != 0)
  }

  /// A family with a router asks its network for nothing; one without keeps what its network says besides.
  @Test func addressesForEitherManager() throws {
    let blueprint = try Self.blueprint(
      """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      network: {nodes: [192.168.14.0/26, "fd12::/64"], router: 192.168.14.1}
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11, "fd12::11"], hardware: {interface: eth0}}

      """)
    let files = NodeFiles(blueprint: blueprint, node: blueprint.nodes[0])
    #expect(
      files.addresses(for: .networkManager, on: "eth0")?.text == """
        [connection]
        id=croft
        type=ethernet
        interface-name=eth0
        autoconnect-priority=100

        [ipv4]
        method=manual
        address1=192.168.14.11/26
        gateway=192.168.14.1
        dns=192.168.14.1;

        [ipv6]
        method=auto
        address1=fd12::11/64

        """)
    #expect(
      files.addresses(for: .networkd, on: "eth0")?.text == """
        [Match]
        Name=eth0

        [Network]
        DHCP=ipv6
        Address=192.168.14.11/26
        Address=fd12::11/64
        Gateway=192.168.14.1
        DNS=192.168.14.1

        """)
  }

  /// What is said of Debian machines is in the tree of those, and nowhere else.
  @Test func whatMachinesHaveInCommon() async throws {
    let files = try await tree(
      of: Self.blueprint(
        """
        kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
        nodes:
          - {name: cow, role: control-plane, hardware: {model: rpi5}, ssh: {user: admin}}
          - {name: sheep, role: worker}
        machines:
          users: [{name: k3s, keys: [ssh-ed25519 AAAA]}]
          sshd: {}
          modules: [dm_crypt]
          sysctl: {vm.max_map_count: 262144}
          kernelArgs: [pcie_aspm=off]
          timeServers: [ntp.example.net]
          logs: {size: 500Mi, keep: 48h}

        """))
    func text(_ path: String) throws -> String { try #require(files.first { $0.path == "nodes/\(path)" }).text }
    #expect(try text("cow/etc/modules-load.d/croft.conf").contains("dm_crypt\n"))
    #expect(try text("cow/etc/sysctl.d/90-croft.conf").contains("vm.max_map_count = 262144\n"))
    #expect(
      try text("cow/boot/firmware/cmdline.txt.append") == "cgroup_memory=1 cgroup_enable=memory pcie_aspm=off\n")
    #expect(
      try text("sheep/etc/default/grub.d/90-croft.cfg")
        == "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX pcie_aspm=off\"\n")
    #expect(try text("sheep/etc/systemd/timesyncd.conf.d/90-croft.conf") == "[Time]\nNTP=ntp.example.net\n")
    #expect(
      try text("sheep/etc/systemd/journald.conf.d/90-croft.conf")
        == "[Journal]\nSystemMaxUse=524288000\nMaxRetentionSec=172800\n")
    #expect(try text("cow/etc/ssh/sshd_config.d/00-croft.conf").hasSuffix("AllowUsers admin k3s\n"))
    #expect(try text("cow/etc/ssh/sshd_config.d/00-croft.conf").contains("PermitRootLogin no\n"))
    // Who logs in there is not said, so that nobody is shut out.
    #expect(try !text("sheep/etc/ssh/sshd_config.d/00-croft.conf").contains("AllowUsers"))
  }
}
