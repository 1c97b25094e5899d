import Diagnostics
import JSON
import YAML

// What only Talos has, of the cluster and of a node.

extension Shape where Value == KubernetesSpec.Talos {
  static var talos: Shape {
    section("talos") { reader in
      var talos = KubernetesSpec.Talos()
      talos.version = reader.optional(
        "version", .version(of: "Talos", "v1.13.1"),
        "The exact version of Talos itself. Without it the nodes keep the one that they were started with.")
      talos.schematic = reader.optional(
        "schematic", .schematic, "The Image Factory schematic of all nodes, instead of one that Croft makes.")
      talos.extensions =
        reader.optional("extensions", .list(.talosExtension), "System extensions of all nodes, by owner and name.")
        ?? []
      talos.kernelArgs =
        reader.optional("kernelArgs", .list(.kernelArgument), "Words of all nodes' kernel command line.") ?? []
      talos.diskEncryption = reader.optional(
        "diskEncryption", Shape<KubernetesSpec.Talos.DiskEncryption>.choice,
        "Encrypts what Talos and the pods keep on the system disk, with a key of the machine's identity or of its TPM.")
      talos.registryMirrors =
        reader.optional("registryMirrors", .registryMirrors, "Where the images of a registry are looked for first.")
        ?? []
      let patches = reader.optional("patches", .talosPatches, "Machine configuration laid over what Croft makes.")
      talos.globalPatches = patches?.global ?? []
      talos.controlPlanePatches = patches?.controlPlane ?? []
      talos.workerPatches = patches?.worker ?? []
      return talos
    }
  }
}

extension Shape where Value == [KubernetesSpec.Talos.RegistryMirror] {
  static var registryMirrors: Shape {
    let endpoints = Shape<[String]>.oneOrMany(.webAddress)
    return map("a mapping of registries, each with the addresses of its mirrors", values: endpoints.schema) {
      entry, problems in
      endpoints.read(entry.value, problems).map { .init(registry: entry.key, endpoints: $0) }
    }
  }
}

private struct TalosPatches: Sendable {
  var global: [JSON]
  var controlPlane: [JSON]
  var worker: [JSON]
}

extension Shape where Value == TalosPatches {
  fileprivate static var talosPatches: Shape {
    section("patches") { reader in
      let global = reader.optional("global", .list(.object), "For every node.")
      let controlPlane = reader.optional("controlPlane", .list(.object), "For the control plane.")
      let worker = reader.optional("worker", .list(.object), "For workers.")
      return TalosPatches(global: global ?? [], controlPlane: controlPlane ?? [], worker: worker ?? [])
    }
  }
}

extension Shape where Value == NodeSpec.Talos {
  static var nodeTalos: Shape {
    section("talos") { reader in
      var talos = NodeSpec.Talos()
      talos.schematic = reader.optional(
        "schematic", .schematic, "The Image Factory schematic of this machine, instead of one that Croft makes.")
      talos.extensions =
        reader.optional(
          "extensions", .list(.talosExtension), "System extensions, by owner and name.") ?? []
      talos.kernelArgs =
        reader.optional("kernelArgs", .list(.kernelArgument), "Words of the kernel's command line.") ?? []
      talos.installDisk =
        reader.optional(
          "installDisk", .installDisk, "What the disk to install on is known by, where 'disks' has none for the system."
        ) ?? [:]
      talos.bond = reader.optional("bond", .bond, "Several interfaces as one, which carries the addresses.")
      talos.vlans =
        reader.optional("vlans", .nodeVLANs, "VLANs of the network that it is on besides, with its addresses there.")
        ?? []
      talos.patches =
        reader.optional("patches", .list(.object), "Machine configuration laid over what Croft makes.") ?? []
      return talos
    }
  }
}

extension Shape where Value == [String: String] {
  /// https://docs.siderolabs.com/talos, "InstallDiskSelector"
  fileprivate static var installDisk: Shape {
    section("installDisk") { reader in
      var terms: [String: String] = [:]
      let words: KeyValuePairs = [
        "size": "Its size, such as <= 1TB.", "name": "Its name.", "model": "Its model, such as WDC*.",
        "serial": "Its serial number.", "modalias": "Its modalias.", "uuid": "Its UUID.",
        "wwid": "Its World Wide Name.", "busPath": "Where it is connected.",
      ]
      for (key, meaning) in words { terms[key] = reader.optional(key, .filled("a text"), meaning) }
      terms["type"] = reader.optional("type", .word(["ssd", "hdd", "nvme", "sd"]), "What kind it is.")
      return terms
    }
  }
}

extension Shape where Value == NodeSpec.Talos.Bond {
  fileprivate static var bond: Shape {
    section("bond") { reader in
      let name = reader.optional("name", .interface, "What the bond is called.", byDefault: "bond0")
      let links = reader.required("links", .list(.interface), "The interfaces that it is made of.")
      let mode = reader.optional(
        "mode",
        .word(["802.3ad", "active-backup", "balance-rr", "balance-xor", "broadcast", "balance-tlb", "balance-alb"]),
        "How they share the work.", byDefault: "802.3ad")
      guard let links else { return nil }
      return .init(name: name ?? "bond0", links: links, mode: mode ?? "802.3ad")
    }
  }
}

extension Shape where Value == [NodeSpec.Talos.VLANAddresses] {
  fileprivate static var nodeVLANs: Shape {
    let addresses = Shape<[Located<IPAddress>]>.oneOrMany(.located(.address))
    return map(
      "a mapping of VLANs by name, each with the node's addresses", names: Schema.label(), values: addresses.schema
    ) { entry, problems in
      entry.checkLabel("the name of a VLAN", problems)
      return addresses.read(entry.value, problems).map {
        .init(vlan: Located(entry.key, at: entry.keySpan), addresses: $0)
      }
    }
  }
}
