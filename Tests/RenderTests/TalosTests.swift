import Blueprint
import Foundation
import JSON
import Process
import Redaction
import Secrets
import Testing
import YAML

@testable import Render

/// What Talos is given, from a cluster like that of S3: two servers behind a VIP, three workers, Cilium, Ceph.
@Suite struct TalosTests {
  static let cluster = """
    kubernetes:
      distribution: talos
      version: v1.36.3
      imageGarbageCollection: {high: 80, low: 70}
      environment: {HTTPS_PROXY: "http://10.0.50.5:3128"}
      tlsSANs: [k8s.home.example.net]
      talos:
        version: v1.13.9
        extensions: [siderolabs/iscsi-tools, siderolabs/util-linux-tools]
        diskEncryption: node-id
        registryMirrors: {docker.io: "https://mirror.example.net"}
        patches:
          global:
            - machine: {sysctls: {vm.nr_hugepages: "1024"}}
            - {apiVersion: v1alpha1, kind: TimeSyncConfig, ntp: {servers: [10.0.50.254]}}
          controlPlane:
            - cluster: {apiServer: {extraArgs: {oidc-issuer-url: "https://id.home.example.net"}, certSANs: [api.example.net]}}
          worker:
            - machine: {sysctls: {vm.max_map_count: "262144"}}
    network:
      nodes: 10.0.50.0/24
      pods: 10.42.0.0/16
      services: 10.43.0.0/16
      router: 10.0.50.254
      dns: [10.0.50.253]
      controlPlaneVIP: 10.0.50.50
      vlans: {iot: {id: 20, networks: 10.0.20.0/24}}
    nodes:
      - name: control0
        role: control-plane
        addresses: [10.0.50.1]
        hardware: {interface: eno1}
        disks: [{device: /dev/nvme0n1, use: system}]
        taints: ["node-role.kubernetes.io/control-plane:NoSchedule"]
      - name: control1
        role: control-plane
        addresses: [10.0.50.2]
        hardware: {mac: "6C:4B:90:11:22:33"}
        taints: ["node-role.kubernetes.io/control-plane:NoSchedule"]
        talos: {installDisk: {model: "Samsung*", type: nvme}}
      - name: worker0
        role: worker
        addresses: [10.0.50.10]
        labels: {disk: fast}
        taints: [workload=ai:NoSchedule]
        disks: [{device: /dev/sda, use: system, wipe: true}, {device: /dev/disk/by-id/wwn-1, use: longhorn}]
        talos:
          bond: {links: [eno1, eno2]}
          vlans: {iot: 10.0.20.10}
          extensions: [siderolabs/i915]
          kernelArgs: [intel_iommu=on]
          patches:
            - machine: {sysctls: {vm.nr_hugepages: "2048"}}
      - name: worker1
        role: worker
        addresses: [10.0.50.11]
        hardware: {interface: eno1}
        disks: [{device: /dev/sda, use: system}, {device: /dev/nvme0n1, use: data, filesystem: xfs, mount: /var/mnt/fast}]
      - name: worker2
        role: worker
        disks: [{device: /dev/sda, use: system}, {device: /dev/nvme0n1, use: ceph}]
    platform:
      cilium: {routing: native}
      spegel: {}
      coredns: {}
    """

  static func documents(_ files: [RenderedFile], _ path: String) throws -> [JSON] {
    let file = try #require(files.first { $0.path == path }, "\(files.map(\.path))")
    return try Document.parse(file.bytes, file: path, dialect: .kubernetes).map { $0.json(as: .kubernetes) }
  }

  static func find(_ documents: [JSON], _ kind: String, _ name: String? = nil) throws -> JSON {
    try #require(
      documents.first { $0["kind"]?.string == kind && (name == nil || $0["name"]?.string == name) },
      "no \(kind) \(name ?? ""): \(documents)")
  }

  private func files() async throws -> [RenderedFile] { try await tree(of: TreeTests.blueprint(Self.cluster)) }

  @Test func oneFileForEachMachineAndEachLayer() async throws {
    let paths = try await files().map(\.path).filter { $0.hasPrefix("talos/") && !$0.hasPrefix("talos/schematics/") }
    #expect(
      paths == [
        "talos/images.yaml", "talos/machines/control0.yaml", "talos/machines/control1.yaml",
        "talos/machines/worker0.yaml", "talos/machines/worker1.yaml", "talos/machines/worker2.yaml",
        "talos/patches/control-plane.yaml", "talos/patches/global.yaml", "talos/patches/worker.yaml",
        "talos/talosconfig.yaml",
      ])
  }

  @Test func theSameEachTime() async throws { #expect(try await files() == files()) }

  @Test func aServer() async throws {
    let documents = try await Self.documents(files(), "talos/machines/control0.yaml")
    let main = documents[0]
    #expect(main["version"] == "v1alpha1" && main["kind"] == nil)
    #expect(main[path: "machine", "type"] == "controlplane")
    #expect(main[path: "cluster", "controlPlane", "endpoint"] == "https://10.0.50.50:6443")
    #expect(main[path: "cluster", "network", "cni", "name"] == "none")
    #expect(main[path: "cluster", "proxy"] == ["disabled": true])
    #expect(main[path: "cluster", "coreDNS"] == ["disabled": true])
    #expect(main[path: "cluster", "allowSchedulingOnControlPlanes"] == false)
    // Talos sets that taint itself.
    #expect(main[path: "machine", "nodeTaints"] == nil)
    #expect(
      main[path: "cluster", "apiServer", "certSANs"] == ["k8s.home.example.net", "10.0.50.50", "api.example.net"])
    #expect(main[path: "cluster", "apiServer", "extraArgs"] == ["oidc-issuer-url": "https://id.home.example.net"])
    #expect(
      main[path: "machine", "kubelet", "extraConfig"]
        == ["imageGCHighThresholdPercent": 80, "imageGCLowThresholdPercent": 70])
    #expect(main[path: "machine", "install", "disk"] == "/dev/nvme0n1")
    #expect(
      main[path: "machine", "install", "image"]
        == "factory.talos.dev/metal-installer/613e1592b2da41ae5e265e8789429f22e121aab91cb4deb6bc3c0b6262961245:v1.13.9")
    #expect(main[path: "machine", "files"]?[0]?["path"] == "/etc/cri/conf.d/20-customization.part")
    let link = try Self.find(documents, "LinkConfig", "eno1")
    #expect(link["addresses"] == [["address": "10.0.50.1/24"]])
    #expect(link["routes"] == [["destination": "0.0.0.0/0", "gateway": "10.0.50.254"]])
    #expect(try Self.find(documents, "Layer2VIPConfig", "10.0.50.50")["link"] == "eno1")
    #expect(try Self.find(documents, "HostnameConfig")["hostname"] == "control0")
    #expect(try Self.find(documents, "ResolverConfig")["nameservers"] == [["address": "10.0.50.253"]])
    #expect(try Self.find(documents, "TimeSyncConfig")["ntp"] == ["servers": ["10.0.50.254"]])
    #expect(
      try Self.find(documents, "RegistryMirrorConfig", "docker.io")["endpoints"]
        == [["url": "https://mirror.example.net"]])
    for volume in ["STATE", "EPHEMERAL"] {
      let keys = try Self.find(documents, "VolumeConfig", volume)[path: "encryption", "keys"]
      #expect(keys == [["slot": 0, "nodeID": [:]]])
    }
  }

  @Test func anInterfaceByItsMACAndADiskByItsModel() async throws {
    let documents = try await Self.documents(files(), "talos/machines/control1.yaml")
    let alias = try Self.find(documents, "LinkAliasConfig")
    #expect(alias[path: "selector", "match"] == "mac(link.permanent_addr) == \"6c:4b:90:11:22:33\"")
    #expect(try Self.find(documents, "LinkConfig")["name"] == alias["name"])
    #expect(try Self.find(documents, "Layer2VIPConfig")["link"] == alias["name"])
    #expect(documents[0][path: "machine", "install", "diskSelector"] == ["model": "Samsung*", "type": "nvme"])
  }

  @Test func aWorker() async throws {
    let documents = try await Self.documents(files(), "talos/machines/worker0.yaml")
    let main = documents[0]
    #expect(main[path: "machine", "type"] == "worker")
    #expect(main[path: "cluster", "apiServer"] == nil && main[path: "cluster", "etcd"] == nil)
    #expect(main[path: "machine", "nodeLabels"] == ["croft.dev/power": "always", "disk": "fast"])
    #expect(main[path: "machine", "nodeTaints"] == ["workload": "ai:NoSchedule"])
    #expect(main[path: "machine", "install", "wipe"] == true)
    // The node's own patch is nearer than that of all.
    #expect(main[path: "machine", "sysctls", "vm.nr_hugepages"] == "2048")
    #expect(main[path: "machine", "sysctls", "vm.max_map_count"] == "262144")
    let bond = try Self.find(documents, "BondConfig", "bond0")
    #expect(bond["links"] == ["eno1", "eno2"] && bond["bondMode"] == "802.3ad")
    #expect(bond["addresses"] == [["address": "10.0.50.10/24"]])
    let vlan = try Self.find(documents, "VLANConfig", "bond0.20")
    #expect(vlan["vlanID"] == 20 && vlan["parent"] == "bond0")
    #expect(vlan["addresses"] == [["address": "10.0.20.10/24"]])
    #expect(!documents.contains { $0["kind"] == "Layer2VIPConfig" || $0["kind"] == "LinkConfig" })
    let volume = try Self.find(documents, "UserVolumeConfig", "longhorn")
    #expect(
      volume[path: "provisioning", "diskSelector", "match"] == "\"/dev/disk/by-id/wwn-1\" in disk.symlinks")
    #expect(main[path: "machine", "kubelet", "extraMounts"]?[0]?["destination"] == "/var/mnt/longhorn")
    // Its own extension makes another image.
    let images = try await Self.documents(files(), "talos/images.yaml")[0]
    let own = try #require(images[path: "installers", "worker0"]?.string)
    #expect(own != images[path: "installers", "worker1"]?.string)
    let id = try #require(own.split(separator: "/").last?.split(separator: ":").first)
    #expect(
      try await Self.documents(files(), "talos/schematics/\(id).yaml")[0]
        == [
          "customization": [
            "extraKernelArgs": ["intel_iommu=on"],
            "systemExtensions": [
              "officialExtensions": ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools", "siderolabs/i915"]
            ],
          ]
        ])
  }

  @Test func disksAndDHCP() async throws {
    let mounted = try await Self.documents(files(), "talos/machines/worker1.yaml")
    #expect(try Self.find(mounted, "UserVolumeConfig")["name"] == "fast")
    let last = try await Self.documents(files(), "talos/machines/worker2.yaml")
    #expect(!last.contains { ($0["kind"]?.string ?? "").hasPrefix("Link") || $0["kind"] == "UserVolumeConfig" })
    #expect(last[0][path: "machine", "kernel", "modules"] == [["name": "rbd"]])
  }

  /// The layers are patches: laid over each other they are what the machine gets, but for its own part.
  @Test func patchesAreWhatMachinesShare() async throws {
    let files = try await files()
    var layers: [JSON] = []
    for name in ["global", "worker"] { layers += try Self.documents(files, "talos/patches/\(name).yaml") }
    let machine = try Self.documents(files, "talos/machines/worker2.yaml")
    for layer in TalosDocuments(layers).documents where layer["kind"] != nil {
      #expect(machine.contains(layer))
    }
    #expect(machine[0][path: "cluster"] == TalosDocuments(layers).main?["cluster"])
  }

  @Test func talosconfig() async throws {
    let config = try await Self.documents(files(), "talos/talosconfig.yaml")[0]
    // Never the VIP.
    #expect(config[path: "contexts", "home", "endpoints"] == ["10.0.50.1", "10.0.50.2"])
    #expect(config[path: "contexts", "home", "key"] == nil)
  }

  // MARK: Schematics

  /// What the Image Factory's own tests expect, and ids that it gave.
  @Test(arguments: [
    ("", "", "", "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"),
    ("", "noapic, nolapic", "", "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c"),
    ("", "", "rpi4", "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9"),
    ("siderolabs/qemu-guest-agent", "", "", "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515"),
  ])
  func schematicID(extensions: String, kernelArgs: String, model: String, id: String) throws {
    let hardware = model.isEmpty ? "{}" : "{model: \(model)}"
    let blueprint = try TreeTests.blueprint(
      """
      kubernetes: {distribution: talos, version: v1.36.3, talos: {extensions: [\(extensions)]}}
      nodes:
        - name: control0
          role: control-plane
          hardware: \(hardware)
          disks: [{device: /dev/sda, use: system}]
          talos: {kernelArgs: [\(kernelArgs)]}
      """)
    #expect(TalosSchematic(blueprint, blueprint.nodes[0]).id == id)
  }

  // MARK: Patches

  @Test func patchesAreMergedAsTalosDoes() throws {
    var documents = TalosDocuments([
      [
        "machine": ["files": [["path": "/a"]], "sysctls": ["a": "1", "b": "2"]],
        "cluster": [
          "network": ["podSubnets": ["10.244.0.0/16"]],
          "apiServer": ["admissionControl": [["name": "PodSecurity", "configuration": ["kind": "old"]]]],
        ],
      ], ["apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "eno1", "mtu": 1500],
      ["apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "eno2", "mtu": 1500],
    ])
    documents.merge([
      "machine": ["files": [["path": "/b"]], "sysctls": ["b": "3", "a": ["$patch": "delete"]]],
      "cluster": [
        "network": ["podSubnets": ["10.42.0.0/16"]],
        "apiServer": ["admissionControl": [["name": "PodSecurity", "configuration": ["kind": "new"]]]],
      ],
    ])
    documents.merge(["apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "eno1", "mtu": 9000])
    documents.merge(["apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "eno2", "$patch": "delete"])
    #expect(
      documents.documents == [
        [
          "machine": ["files": [["path": "/a"], ["path": "/b"]], "sysctls": ["b": "3"]],
          "cluster": [
            "network": ["podSubnets": ["10.42.0.0/16"]],
            "apiServer": ["admissionControl": [["name": "PodSecurity", "configuration": ["kind": "new"]]]],
          ],
        ], ["apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "eno1", "mtu": 9000],
      ])
  }
}
