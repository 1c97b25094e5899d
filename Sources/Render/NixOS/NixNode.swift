import Blueprint
import Diagnostics
import JSON
import YAML

/// `nodes/NAME.nix`: what only this machine has.
struct NixNode {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec
  let node: NodeSpec
  /// Whether it rolls the releases out.
  let deploys: Bool
  let secrets: [NixOSSecret]

  var file: RenderedFile { RenderedFile("\(NixOSTree.root)/nodes/\(node.name).nix", nix: .set(attributes)) }

  private var attributes: [NixAttribute] {
    var modules = ["base", "disks", "root", "k3s", "secrets"] + (deploys ? ["deploy"] : [])
    if !node.disks.contains(where: { $0.use == .system }) { modules.removeAll { $0 == "disks" } }
    let k3s = K3sNode(blueprint: blueprint, kubernetes: kubernetes, node: node)
    let machine = MachineFiles(blueprint: blueprint, node: node)
    let (service, rest) = service(k3s.config)
    var attributes = [NixAttribute("imports", .list(modules.map { .path("../modules/\($0).nix") }))]
    if !service.isEmpty { attributes.append(NixAttribute("services.k3s", .set(service))) }
    if rest.object?.isEmpty == false { attributes.append(etc("rancher/k3s/config.yaml", rest)) }
    if let registries = k3s.registries { attributes.append(etc("rancher/k3s/registries.yaml", registries)) }
    if !kubernetes.environment.isEmpty {
      let variables = kubernetes.environment.sorted { $0.key < $1.key }
      attributes.append(
        NixAttribute(
          "systemd.services.k3s.environment", .set(variables.map { NixAttribute(name: $0.key, .string($0.value)) })))
    }
    attributes.append(NixAttribute("boot.kernelModules", .strings(machine.modules)))
    attributes.append(NixAttribute("boot.kernel.sysctl", .set(machine.sysctls.map(Self.sysctl))))
    attributes += disks
    if deploys, !secrets.isEmpty {
      attributes.append(NixAttribute("sops.secrets", .set(secrets.flatMap(\.attributes))))
    }
    return attributes
  }

  private func etc(_ file: String, _ content: JSON) -> NixAttribute {
    NixAttribute(path: ["environment", "etc", file, "text"], .string(content.yaml))
  }

  private static func sysctl(_ line: String) -> NixAttribute {
    let parts = line.split(separator: "=", maxSplits: 1).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let value = parts.last ?? ""
    return NixAttribute(name: parts.first ?? "", Int(value).map { .int($0) } ?? .string(value))
  }

  // MARK: k3s

  /// What k3s is told, in the words of NixOS. The module of NixOS passes flags on as they are, without quotes: what
  /// needs them stays in k3s's own file.
  private func service(_ config: JSON) -> (attributes: [NixAttribute], rest: JSON) {
    var attributes: [NixAttribute] = []
    var flags: [String] = []
    var rest = JSONObject()
    for member in config.object ?? JSONObject() {
      let key = member.key
      if key == "cluster-init" {
        attributes.append(NixAttribute("clusterInit", .bool(true)))
      } else if key == "server", let url = member.value.string {
        attributes.append(NixAttribute("serverAddr", .string(url)))
      } else if key == "token-file" {
        // sops-nix brings it.
        continue
      } else if let texts = Self.texts(member.value), texts.allSatisfy(Self.isPlain), Self.isPlain(key) {
        let isSwitch = member.value == .bool(true)
        flags += isSwitch ? ["--\(key)"] : texts.map { "--\(key)=\($0)" }
      } else {
        rest[key] = member.value
      }
    }
    if !flags.isEmpty { attributes.append(NixAttribute("extraFlags", .strings(flags))) }
    return (attributes, .object(rest))
  }

  /// The texts of a value, each for a flag of its own; `nil` where it is none for the command line.
  private static func texts(_ value: JSON) -> [String]? {
    switch value {
    case .string(let text): return [text]
    case .int(let number): return ["\(number)"]
    case .bool(let flag): return [flag ? "true" : "false"]
    case .array(let elements):
      let texts = elements.compactMap(\.string)
      return texts.count == elements.count ? texts : nil
    default: return nil
    }
  }

  /// Whether systemd takes a text as it is, in one piece.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
          || "-_./:,=@+[]<>!*()".unicodeScalars.contains(scalar)
      }
  }

  // MARK: Disks besides that of the system

  private var disks: [NixAttribute] {
    node.disks.filter { [.data, .longhorn].contains($0.use) }.enumerated().map { index, disk in
      let place = disk.mount ?? "/var/lib/longhorn"
      guard disk.wipe else {
        // What is on it stays; a machine without it starts all the same.
        return NixAttribute(
          path: ["fileSystems", place],
          .set([
            NixAttribute("device", .string(disk.device)), NixAttribute("fsType", .string(disk.filesystem)),
            NixAttribute("options", .strings(["nofail"])),
          ]))
      }
      let fileSystem = NixExpression.set([
        NixAttribute("type", .string("filesystem")), NixAttribute("format", .string(disk.filesystem)),
        NixAttribute("mountpoint", .string(place)), NixAttribute("mountOptions", .strings(["nofail"])),
      ])
      let partition = NixExpression.set([
        NixAttribute("size", .string("100%")), NixAttribute("content", fileSystem),
      ])
      return NixAttribute(
        path: ["disko", "devices", "disk", "\(disk.use.rawValue)\(index + 1)"],
        .set([
          NixAttribute("type", .string("disk")), NixAttribute("device", .string(disk.device)),
          NixAttribute(
            "content",
            .set([NixAttribute("type", .string("gpt")), NixAttribute("partitions.volume", partition)])),
        ]))
    }
  }
}
