import Blueprint
import Catalog
import JSON

/// What one machine of a Talos cluster has for itself: its name, disks and network.
struct TalosNode {
  let cluster: TalosCluster
  let node: NodeSpec

  private var network: NetworkSpec { cluster.blueprint.network }
  private var isServer: Bool { node.role == .controlPlane }

  var documents: TalosDocuments {
    var documents = TalosDocuments([
      ["machine": machine],
      ["apiVersion": "v1alpha1", "kind": "HostnameConfig", "auto": "off", "hostname": .string(node.name)],
    ])
    for document in links + volumes { documents.merge(document) }
    for patch in node.talos?.patches ?? [] { documents.merge(patch) }
    return documents
  }

  /// Of the configuration that all documents of `layers` make.
  static func whole(_ layers: [TalosDocuments]) -> TalosDocuments {
    var documents = TalosDocuments()
    for layer in layers { documents.merge(layer) }
    return documents
  }

  // MARK: The machine

  private var machine: JSON {
    var machine: JSON = [:]
    machine["install"] = install
    machine["nodeLabels"] = .object(Self.sorted(node.allLabels))
    let taints = node.taints.filter { !(cluster.isControlPlaneReserved && TalosCluster.isReserving($0)) }
    if !taints.isEmpty { machine["nodeTaints"] = .object(Self.sorted(Dictionary(taints.map(Self.taint)) { $1 })) }
    let modules = modules
    if !modules.isEmpty { machine["kernel"] = ["modules": .array(modules.map { ["name": .string($0)] })] }
    let mounts = userVolumes.filter { $0.disk.use == .longhorn }.map { Self.bind("/var/mnt/\($0.name)") }
    if !mounts.isEmpty { machine["kubelet"] = ["extraMounts": .array(mounts)] }
    return machine
  }

  private static func sorted(_ pairs: [String: String]) -> JSONObject {
    JSONObject(pairs.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
  }

  /// `workload=ai:NoSchedule` is `ai:NoSchedule` under `workload`.
  private static func taint(_ text: String) -> (String, String) {
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    let key = text[..<colon].prefix { $0 != "=" }
    return (String(key), String(text.dropFirst(key.count).drop { $0 == "=" }).replacing(/^:/, with: ""))
  }

  /// `nil` where nothing is known of the disk, nor of the version.
  private var install: JSON? {
    var install: JSON = [:]
    if let disk = node.disks.first(where: { $0.use == .system }) {
      install["disk"] = .string(disk.device)
      if disk.wipe { install["wipe"] = true }
    } else if let terms = node.talos?.installDisk, !terms.isEmpty {
      install["diskSelector"] = .object(Self.sorted(terms))
    }
    install["image"] = installer.map { .string($0) }
    return install == [:] ? nil : install
  }

  /// The image that the machine is installed from and upgraded with; `nil` where no version is given.
  var installer: String? {
    cluster.talos.version.map { "factory.talos.dev/metal-installer/\(schematicID):\($0)" }
  }

  private var givenSchematic: String? { node.talos?.schematic ?? cluster.talos.schematic }

  /// What the Image Factory is told; `nil` where the file names a schematic that is there already.
  var schematic: TalosSchematic? { givenSchematic == nil ? TalosSchematic(cluster.blueprint, node) : nil }
  private var schematicID: String { givenSchematic ?? TalosSchematic(cluster.blueprint, node).id }

  /// Those that the platform asks for and Talos does not load itself; a system extension loads its own.
  private var modules: [String] {
    var modules: Set<String> = []
    for use in cluster.blueprint.components { modules.formUnion(use.requirements.modules) }
    modules.formIntersection(["nfs", "nfsv4", "dm_crypt"])
    if node.disks.contains(where: { $0.use == .ceph }) { modules.insert("rbd") }
    if node.hardware.gpu == "nvidia" { modules.formUnion(["nvidia", "nvidia_uvm", "nvidia_drm", "nvidia_modeset"]) }
    return modules.sorted()
  }

  // MARK: The network

  /// What carries the node's addresses; `nil` where nothing says so, and the machine asks DHCP.
  private var link: String? {
    if let bond = node.talos?.bond { return bond.name }
    return node.hardware.interface ?? node.hardware.mac.map { _ in Self.alias }
  }

  /// Of an interface that is known by its MAC address alone.
  private static let alias = "lan0"

  private var links: [JSON] {
    guard let link else { return [] }
    var documents: [JSON] = []
    if let bond = node.talos?.bond {
      var document: JSON = [
        "apiVersion": "v1alpha1", "kind": "BondConfig", "name": .string(bond.name),
        "links": .array(bond.links.map { .string($0) }), "bondMode": .string(bond.mode), "miimon": 100,
      ]
      if bond.mode == "802.3ad" {
        document["lacpRate"] = "fast"
        document["xmitHashPolicy"] = "layer3+4"
      }
      documents.append(addressed(document))
    } else {
      if node.hardware.interface == nil, let mac = node.hardware.mac?.value {
        documents.append([
          "apiVersion": "v1alpha1", "kind": "LinkAliasConfig", "name": .string(link),
          "selector": ["match": .string("mac(link.permanent_addr) == \"\(mac)\"")],
        ])
      }
      if !node.addresses.isEmpty {
        documents.append(addressed(["apiVersion": "v1alpha1", "kind": "LinkConfig", "name": .string(link)]))
      }
    }
    if node.addresses.isEmpty {
      documents.append(["apiVersion": "v1alpha1", "kind": "DHCPv4Config", "name": .string(link)])
    }
    documents += vlans(on: link)
    if isServer, let address = network.controlPlaneVIP?.value {
      documents.append([
        "apiVersion": "v1alpha1", "kind": "Layer2VIPConfig", "name": .string("\(address)"), "link": .string(link),
      ])
    }
    return documents
  }

  /// With the node's addresses, and the way out of their network.
  private func addressed(_ document: JSON) -> JSON {
    var document = document
    document["up"] = true
    guard !node.addresses.isEmpty else { return document }
    document["addresses"] = .array(
      node.addresses.map { ["address": .string("\($0.value)/\(Self.prefix(of: $0.value, in: network.nodes))")] })
    if let router = network.router?.value, node.addresses.contains(where: { $0.value.family == router.family }) {
      document["routes"] = [
        ["destination": router.family == .v6 ? "::/0" : "0.0.0.0/0", "gateway": .string("\(router)")]
      ]
    }
    return document
  }

  private func vlans(on link: String) -> [JSON] {
    (node.talos?.vlans ?? []).compactMap { use in
      guard let vlan = network.vlans.first(where: { $0.name == use.vlan.value }) else { return nil }
      var document: JSON = [
        "apiVersion": "v1alpha1", "kind": "VLANConfig", "name": .string("\(link).\(vlan.id)"),
        "vlanID": .int(vlan.id), "parent": .string(link), "up": true,
      ]
      if !use.addresses.isEmpty {
        document["addresses"] = .array(
          use.addresses.map { ["address": .string("\($0.value)/\(Self.prefix(of: $0.value, in: vlan.networks))")] })
      }
      return document
    }
  }

  private static func prefix(of address: IPAddress, in networks: [Located<CIDR>]) -> Int {
    networks.first { $0.value.contains(address) }?.value.prefix ?? (address.family == .v4 ? 24 : 64)
  }

  // MARK: The disks

  /// Disks that Talos mounts below `/var/mnt`; those of Ceph and ZFS are left as they are.
  private var userVolumes: [(name: String, disk: NodeSpec.Disk)] {
    var names: Set<String> = []
    return node.disks.filter { $0.use == .data || $0.use == .longhorn }.map { disk in
      let base = disk.mount.flatMap { $0.split(separator: "/").last.map(String.init) } ?? disk.use.rawValue
      var name = base
      var number = 2
      while !names.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return (name, disk)
    }
  }

  private var volumes: [JSON] {
    userVolumes.map { name, disk in
      let selector =
        disk.device.hasPrefix("/dev/disk/")
        ? "\"\(disk.device)\" in disk.symlinks" : "disk.dev_path == \"\(disk.device)\""
      return [
        "apiVersion": "v1alpha1", "kind": "UserVolumeConfig", "name": .string(name),
        "provisioning": ["diskSelector": ["match": .string(selector)], "minSize": "1GiB", "grow": true],
        // Talos makes no other.
        "filesystem": ["type": disk.filesystem == "ext4" ? "ext4" : "xfs"],
      ]
    }
  }

  /// Mounts that a pod makes below the folder are seen by the others, too.
  private static func bind(_ path: String) -> JSON {
    [
      "destination": .string(path), "source": .string(path), "type": "bind", "options": ["bind", "rshared", "rw"],
    ]
  }
}
