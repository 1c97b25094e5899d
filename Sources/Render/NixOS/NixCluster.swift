import Blueprint
import Catalog
import Diagnostics
import Digest
import JSON

/// `cluster.nix`: everything that the modules read, in one place.
struct NixCluster {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec
  let spec: NixOSSpec

  var file: RenderedFile {
    RenderedFile("\(NixOSTree.root)/cluster.nix", nix: .set(attributes), about: "What the modules and systems read.")
  }

  private var network: NetworkSpec { blueprint.network }
  private var isCilium: Bool { has("cilium") }

  private var attributes: [NixAttribute] {
    [
      NixAttribute("name", .string(blueprint.name)),
      NixAttribute("domain", .text(blueprint.domain)),
      NixAttribute(
        "kubernetes",
        .set([
          NixAttribute("version", .text(kubernetes.version)),
          NixAttribute("package", .string(package), comment: "nixpkgs has the newest patch of each minor version."),
          NixAttribute("kubeconfig", .string(kubernetes.kubeconfig.path ?? "/etc/rancher/k3s/k3s.yaml")),
        ])),
      NixAttribute("network", .set(networkAttributes)),
      NixAttribute("root.keepDays", .int(spec.keepRoots)),
      NixAttribute("persist", .strings(blueprint.persistedPaths)),
      NixAttribute("needs", .set(needs.map { NixAttribute($0, .bool($1)) })),
      NixAttribute(
        "shutdown",
        .set(GracefulShutdown.kubelet.map { NixAttribute(name: $0.key, .text($0.value.string)) })),
      NixAttribute("rootKeys", .strings(spec.rootKeys)),
      NixAttribute("users", .set(spec.users.map { NixAttribute(name: $0.name, user($0)) })),
      NixAttribute(
        "stateVersion",
        .string(spec.stateVersion ?? (spec.release == "unstable" ? NixOSSpec.defaultRelease : spec.release))),
      NixAttribute("nodes", .set(blueprint.nixosNodes.map { NixAttribute(name: $0.name, machine($0)) })),
    ]
  }

  /// `k3s_1_33` of `v1.33.4+k3s1`.
  private var package: String {
    let parts = kubernetes.version?.dropFirst().split(separator: ".").prefix(2) ?? []
    return parts.count == 2 ? "k3s_\(parts[0])_\(parts[1])" : "k3s"
  }

  // MARK: Network

  private var networkAttributes: [NixAttribute] {
    [
      NixAttribute("nodes", .strings(network.nodes.map { "\($0.value)" })),
      NixAttribute("pods", .strings(network.pods.map { "\($0.value)" })),
      NixAttribute("services", .strings(network.services.map { "\($0.value)" })),
      NixAttribute("router", .text(network.router.map { "\($0.value)" })),
      NixAttribute("dns", .strings(network.dns.map { "\($0.value)" })),
      NixAttribute(
        "pools",
        .set(network.pools.map { NixAttribute(name: $0.name, .strings($0.ranges.map { "\($0.value)" })) })),
      NixAttribute("firewall", .bool(network.hostFirewall?.value ?? true)),
      NixAttribute("ports", .set([NixAttribute("tcp", ports(.tcp)), NixAttribute("udp", ports(.udp))])),
      NixAttribute(
        "podInterfaces", .strings(isCilium ? ["cilium_host", "cilium_net", "lxc+"] : ["cni0", "flannel.1"])),
    ]
  }

  private enum Transport { case tcp, udp }

  /// What machines ask of each other: https://docs.k3s.io/installation/requirements#networking
  private func ports(_ transport: Transport) -> NixExpression {
    var ports: Set<Int>
    switch transport {
    case .tcp:
      ports = [kubernetes.port, 10250]
      if blueprint.servers.count > 1 { ports.formUnion([2379, 2380]) }
      if isCilium { ports.formUnion([4240, 4244]) }
    case .udp: ports = [8472]
    }
    if has("metallb") { ports.insert(7946) }
    return .list(ports.sorted().map { .int($0) })
  }

  // MARK: What there is on every machine

  private func has(_ name: String) -> Bool {
    blueprint.release(name) != nil || blueprint.components.contains { $0.component == name }
  }

  private var needs: KeyValuePairs<String, Bool> {
    let packages = Set(blueprint.components.flatMap(\.requirements.packages))
    let isZFS = blueprint.nixosNodes.contains { $0.disks.contains { $0.use == .zfs } }
    return [
      "iscsi": has("longhorn") || packages.contains("open-iscsi"), "nfs": packages.contains("nfs-common"), "zfs": isZFS,
    ]
  }

  private func user(_ user: NixOSSpec.User) -> NixExpression {
    .set([
      NixAttribute("groups", .strings(user.groups)), NixAttribute("keys", .strings(user.keys)),
      NixAttribute("persist", .strings(user.persist)),
    ])
  }

  // MARK: Machines

  private func machine(_ node: NodeSpec) -> NixExpression {
    var attributes = [
      NixAttribute("role", .string(node.role == .controlPlane ? "server" : "agent")),
      NixAttribute("system", .string(node.hardware.architecture == .arm64 ? "aarch64-linux" : "x86_64-linux")),
      NixAttribute("hostName", .string(node.name.split(separator: ".").first.map(String.init) ?? node.name)),
      NixAttribute("addresses", .strings(node.addresses.map { "\($0.value)" })),
      NixAttribute("network", networkUnit(node)),
      NixAttribute("tags", .strings(node.tags)),
    ]
    if let disk = node.disks.first(where: { $0.use == .system }) {
      attributes.append(
        NixAttribute(
          "disk",
          .set([
            NixAttribute("device", .string(disk.device)), NixAttribute("espSize", .string(Self.size(disk.espSize))),
            NixAttribute("wipe", .bool(disk.wipe)),
          ])))
    }
    attributes.append(NixAttribute("persist", .strings(node.persist)))
    if spec.fileSystem == .zfs || node.disks.contains(where: { $0.use == .zfs }) {
      // Eight digits by which a pool knows its machine; the same for the same name.
      attributes.append(
        NixAttribute("hostId", .string(String(SHA256.hex(Array("\(blueprint.name)/\(node.name)".utf8)).prefix(8)))))
    }
    let wakesItself = node.power.mode == .always
    attributes.append(
      NixAttribute(
        "wake",
        .set([
          NixAttribute("mac", .text(node.power.wake?.value)),
          NixAttribute("at", .text(wakesItself ? blueprint.power?.on?.value : nil)),
        ])))
    attributes.append(
      NixAttribute(
        "ssh",
        .set([
          NixAttribute(
            "targetHost", .string(node.ssh?.host ?? node.addresses.first.map { "\($0.value)" } ?? node.name)),
          NixAttribute("targetPort", node.ssh?.port.map { .int($0) } ?? .null),
          NixAttribute("targetUser", .string(node.ssh?.user ?? "root")),
        ])))
    return .set(attributes)
  }

  /// A network of systemd-networkd: https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html
  private func networkUnit(_ node: NodeSpec) -> NixExpression {
    var match: [NixAttribute] = []
    if let mac = node.hardware.mac?.value { match.append(NixAttribute("MACAddress", .string(mac))) }
    if let interface = node.hardware.interface { match.append(NixAttribute("Name", .string(interface))) }
    guard !match.isEmpty, !node.addresses.isEmpty else { return .null }
    var unit = [
      NixAttribute("matchConfig", .set(match)),
      NixAttribute(
        "address", .strings(node.addresses.map { "\($0.value)/\(network.prefixLength(of: $0.value))" })),
    ]
    if let router = network.router { unit.append(NixAttribute("gateway", .strings(["\(router.value)"]))) }
    if !network.dns.isEmpty { unit.append(NixAttribute("dns", .strings(network.dns.map { "\($0.value)" }))) }
    return .set(unit)
  }

  /// `500M` of `500Mi`: sgdisk counts in powers of two under letters that say otherwise.
  static func size(_ quantity: String?) -> String {
    let quantity = quantity ?? "500Mi"
    let digits = quantity.prefix { $0.isNumber || $0 == "." }
    let mebibyte = 1_048_576.0
    let factors: [String: Double] = [
      "Ki": 1024 / mebibyte, "Mi": 1, "Gi": 1024, "k": 1e3 / mebibyte, "M": 1e6 / mebibyte, "G": 1e9 / mebibyte,
    ]
    let unit = String(quantity.dropFirst(digits.count))
    guard let number = Double(digits) else { return "500M" }
    let factor = factors[unit] ?? 1 / mebibyte
    return "\(max(1, Int(min(number * factor, 1e15).rounded(.up))))M"
  }
}
