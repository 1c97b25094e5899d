import Blueprint
import Catalog
import Diagnostics

/// What every machine with a Debian on it gets, whichever Kubernetes runs there: the kernel's settings, its fixed
/// addresses, and how it goes down.
struct MachineFiles {
  let blueprint: Blueprint
  let node: NodeSpec

  /// Raspberry Pi OS leaves the memory controller off, and the kubelet wants it.
  static let cgroupWords = "cgroup_memory=1 cgroup_enable=memory"

  static let timePath = "etc/systemd/timesyncd.conf.d/90-croft.conf"

  func files(below root: String) -> [RenderedFile] {
    var files = commonFiles(below: root)
    if let network = NetworkFile(blueprint: blueprint, node: node) {
      files.append(network.file(below: root, for: .networkManager))
    }
    let words = kernelArguments(isRaspberryPi: isRaspberryPi)
    if isRaspberryPi {
      // One line; these words go at its end.
      files.append(RenderedFile("\(root)/boot/firmware/cmdline.txt.append", lines: [words.joined(separator: " ")]))
    } else if !words.isEmpty {
      files.append(Self.grub(words, below: root))
    }
    return files
  }

  /// Those that are the same whatever the machine turns out to be.
  func commonFiles(below root: String) -> [RenderedFile] {
    var files = [
      RenderedFile("\(root)/etc/modules-load.d/croft.conf", lines: modules),
      RenderedFile("\(root)/etc/sysctl.d/90-croft.conf", lines: sysctls),
    ]
    if let server = SSHServerFile(blueprint: blueprint, node: node) { files.append(server.file(below: root)) }
    if let machines {
      if !machines.timeServers.isEmpty {
        let servers = machines.timeServers.joined(separator: " ")
        files.append(RenderedFile("\(root)/\(Self.timePath)", lines: ["[Time]", "NTP=\(servers)"]))
      }
      if let logs = machines.logs { files.append(Self.journal(logs, below: root)) }
    }
    return files + GracefulShutdown(blueprint: blueprint, node: node).files(below: root)
  }

  /// https://www.freedesktop.org/software/systemd/man/latest/journald.conf.html
  private static func journal(_ logs: MachinesSpec.Logs, below root: String) -> RenderedFile {
    var lines = ["[Journal]"]
    if let size = logs.size, let bytes = Self.bytes(size.value) { lines.append("SystemMaxUse=\(bytes)") }
    if let keep = logs.keep { lines.append("MaxRetentionSec=\(keep.components.seconds)") }
    return RenderedFile("\(root)/etc/systemd/journald.conf.d/90-croft.conf", lines: lines)
  }

  /// A Kubernetes quantity of bytes.
  private static func bytes(_ quantity: String) -> Int? {
    let number = quantity.prefix { $0.isNumber || $0 == "." }
    let units = ["": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
    let binary = ["Ki": 1024.0, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776]
    let suffix = String(quantity[number.endIndex...])
    guard let value = Double(number), let factor = units[suffix] ?? binary[suffix] else { return nil }
    return Int(value * factor)
  }

  /// Debian's GRUB reads every file there when its menu is made anew.
  static func grub(_ words: [String], below root: String) -> RenderedFile {
    RenderedFile(
      "\(root)/etc/default/grub.d/90-croft.cfg",
      lines: ["GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX \(words.joined(separator: " "))\""])
  }

  func kernelArguments(isRaspberryPi: Bool) -> [String] {
    let words = isRaspberryPi ? Self.cgroupWords.split(separator: " ").map(String.init) : []
    return words + (machines?.kernelArgs ?? []).filter { !words.contains($0) }
  }

  /// What the file says of Debian machines, where this is one.
  private var machines: MachinesSpec? { blueprint.system(of: node) == .debian ? blueprint.machines : nil }

  private var isRaspberryPi: Bool { node.hardware.model?.lowercased().hasPrefix("rpi") ?? false }

  /// Kernel modules.
  var modules: [String] {
    var modules: Set = ["br_netfilter", "overlay"]
    if !blueprint.hasCilium { modules.insert("vxlan") }
    for use in blueprint.components where use.requirements.concern(node) {
      modules.formUnion(use.requirements.modules)
    }
    if node.disks.contains(where: { $0.use == .ceph }) { modules.insert("rbd") }
    modules.formUnion(machines?.modules ?? [])
    return modules.sorted()
  }

  /// `key = value`
  var sysctls: [String] {
    var lines = ["net.ipv4.ip_forward = 1", "fs.inotify.max_user_instances = 1024"]
    if blueprint.network.pods.contains(where: { $0.value.address.family == .v6 }) {
      // Forwarding stops the kernel from taking routes from router advertisements, unless told twice.
      lines += ["net.ipv6.conf.all.forwarding = 1", "net.ipv6.conf.all.accept_ra = 2"]
    }
    return lines + (machines?.sysctls ?? []).map { "\($0.name) = \($0.value)" }
  }
}
