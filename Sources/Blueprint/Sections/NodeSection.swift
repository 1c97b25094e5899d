import Diagnostics
import JSON
import YAML

extension Shape where Value == NodeSpec {
  static var node: Shape {
    section("a node", explain: "nodes") { reader in
      let name = reader.required(
        "name", .located(.subdomain("the name of a node")), "The machine's host name.")
      let role = reader.required(
        "role", Shape<NodeSpec.Role>.choice, "Whether it runs the control plane, and workloads too, or workloads only.")
      let addresses = reader.optional(
        "addresses", .oneOrMany(.located(.address)), "Its fixed addresses, the one it is reached at first.")
      let labels = reader.optional("labels", .labels, "Labels of the Node object.")
      let taints = reader.optional("taints", .list(.taint), "Taints of the Node object: key=value:Effect.")
      let tags = reader.optional(
        "tags", .list(.label("a tag")), "Words by which several nodes are picked, such as --nodes @storage.")
      let system = reader.optional(
        "os", Shape<NodeSpec.OperatingSystem>.choice,
        "What the machine runs. By default talos with the distribution talos, else debian.")
      let hardware = reader.optional("hardware", .hardware, "What the machine is.")
      let disks = reader.optional("disks", .list(.disk), "Its disks, and what each is for.")
      let power = reader.optional("power", .nodePower, "When it is on.")
      let ssh = reader.optional("ssh", .ssh, "How it is reached.")
      let talos = reader.optional("talos", .nodeTalos, "What only a Talos machine has.")
      let persist = reader.optional(
        "persist", .list(.absolutePath), "NixOS: more paths that outlive the root file system.")
      let word = system?.rawValue
      reader.refuse(["ssh"], where: "os", is: word, in: ["talos"], because: "it is driven through its API")
      reader.refuse(["talos"], where: "os", is: word, in: ["debian", "nixos"])
      reader.refuse(["persist"], where: "os", is: word, in: ["debian", "talos"])
      guard let name, let role else { return nil }
      var node = NodeSpec(
        name: name.value, role: role, addresses: addresses ?? [], labels: labels ?? [:], taints: taints ?? [],
        tags: tags ?? [], span: name.span)
      node.system = system
      node.hardware = hardware ?? .init()
      node.disks = disks ?? []
      node.power = power ?? .init()
      node.ssh = ssh
      node.talos = talos
      node.persist = persist ?? []
      return node
    }
  }
}

extension Shape where Value == NodeSpec.Hardware {
  fileprivate static var hardware: Shape {
    section("hardware") { reader in
      var hardware = NodeSpec.Hardware()
      hardware.model = reader.optional(
        "model", .filled("a model such as rpi5"), "What it is called; rpi at the start means a Raspberry Pi.")
      hardware.architecture = reader.optional(
        "architecture", Shape<NodeSpec.Hardware.Architecture>.choice, "Its processor's architecture.")
      hardware.cpus = reader.optional("cpus", .whole(1...1024, "a number of CPUs"), "How many CPUs it has.")
      hardware.memory = reader.optional("memory", .located(.quantity("8Gi")), "How much memory it has.")
      hardware.gpu = reader.optional("gpu", .word(["nvidia", "intel", "amd"]), "Whose GPU it has.")
      hardware.interface = reader.optional(
        "interface", .interface, "The interface that its addresses are on.")
      hardware.mac = reader.optional("mac", .located(.mac), "That interface's MAC address.")
      return hardware
    }
  }
}

extension Shape where Value == NodeSpec.Disk {
  fileprivate static var disk: Shape {
    section("a disk") { reader in
      let device = reader.required(
        "device", .device, "Its device file; one below /dev/disk/by-id stays the same when disks are moved.")
      let use = reader.required("use", Shape<NodeSpec.Disk.Use>.choice, "What it is for.")
      let size = reader.optional("size", .located(.quantity("500Gi")), "How large it is.")
      let filesystem = reader.optional(
        "filesystem", .word(["ext4", "xfs", "btrfs"]), "Of a disk that is mounted.", byDefault: "ext4")
      let mount = reader.optional("mount", .absolutePath, "Where it is mounted.")
      let wipe = reader.optional(
        "wipe", .truth, "Whether what is on it may be destroyed when the node is prepared.", byDefault: false)
      let esp = reader.optional(
        "espSize", .quantity("500Mi"), "The EFI partition of a system disk.", byDefault: "500Mi")
      let word = use?.rawValue
      reader.refuse(
        ["filesystem", "mount"], where: "use", is: word, in: ["ceph", "zfs", "system"],
        because: "such a disk is not mounted by you")
      reader.refuse(
        ["espSize"], where: "use", is: word, in: ["data", "ceph", "longhorn", "zfs"],
        because: "only a system disk is started from")
      guard let device, let use else { return nil }
      var disk = NodeSpec.Disk(
        device: device, use: use, filesystem: filesystem ?? "ext4", wipe: wipe ?? false, span: reader.span)
      disk.size = size
      disk.mount = mount
      disk.espSize = esp
      return disk
    }
  }
}

extension Shape where Value == NodeSpec.Power {
  fileprivate static var nodePower: Shape {
    section("power") { reader in
      var power = NodeSpec.Power()
      if let mode = reader.optional(
        "mode", Shape<NodeSpec.Power.Mode>.choice,
        "When it is on: always, when something wants to run there, or when you turn it on.", byDefault: "always")
      {
        power.mode = mode
      }
      power.wake = reader.optional("wake", .wake, "How it is turned on: {mac}, for Wake-on-LAN.")
      power.span = reader.span
      return power
    }
  }
}

extension Shape where Value == Located<String> {
  /// `{mac: …}`
  fileprivate static var wake: Shape {
    section("wake") { reader in reader.required("mac", .located(.mac), "The MAC address that a magic packet wakes.") }
  }
}

extension Shape where Value == NodeSpec.SSH {
  fileprivate static var ssh: Shape {
    section("ssh") { reader in
      var ssh = NodeSpec.SSH(span: reader.span)
      ssh.user = reader.optional("user", .filled("a user"), "Who logs in. By default as your SSH configuration says.")
      ssh.host = reader.optional(
        "host", .certificateName, "Where it is reached. By default the node's first address.")
      ssh.port = reader.optional("port", .port, "The port of its SSH server.", byDefault: 22)
      ssh.key = reader.optional("key", .path("a private key"), "The private key to log in with.")
      ssh.hostKey = reader.optional(
        "hostKey", .hostKey, "The fingerprint of its host key: SHA256 and 43 characters. Without it you are asked once."
      )
      ssh.jump = reader.optional("jump", .filled("user@host"), "A machine to go through.")
      return ssh
    }
  }
}
