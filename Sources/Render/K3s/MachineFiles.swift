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

  func files(below root: String) -> [RenderedFile] {
    var files = [
      RenderedFile("\(root)/etc/modules-load.d/croft.conf", lines: modules),
      RenderedFile("\(root)/etc/sysctl.d/90-croft.conf", lines: sysctls),
    ]
    if let network = NetworkFile(blueprint: blueprint, node: node) { files.append(network.file(below: root)) }
    if isRaspberryPi {
      // One line; these words go at its end.
      files.append(RenderedFile("\(root)/boot/firmware/cmdline.txt.append", lines: [Self.cgroupWords]))
    }
    return files + GracefulShutdown(blueprint: blueprint, node: node).files(below: root)
  }

  private var isRaspberryPi: Bool { node.hardware.model?.lowercased().hasPrefix("rpi") ?? false }

  /// Kernel modules.
  var modules: [String] {
    var modules: Set = ["br_netfilter", "overlay"]
    if blueprint.release("cilium") == nil { modules.insert("vxlan") }
    for use in blueprint.components where use.requirements.concern(node) {
      modules.formUnion(use.requirements.modules)
    }
    if node.disks.contains(where: { $0.use == .ceph }) { modules.insert("rbd") }
    return modules.sorted()
  }

  /// `key = value`
  var sysctls: [String] {
    var lines = ["net.ipv4.ip_forward = 1", "fs.inotify.max_user_instances = 1024"]
    if blueprint.network.pods.contains(where: { $0.value.address.family == .v6 }) {
      // Forwarding stops the kernel from taking routes from router advertisements, unless told twice.
      lines += ["net.ipv6.conf.all.forwarding = 1", "net.ipv6.conf.all.accept_ra = 2"]
    }
    return lines
  }
}
