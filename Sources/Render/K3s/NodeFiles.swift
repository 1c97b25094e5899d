package import Blueprint
import Catalog
import Diagnostics

/// The files of one Debian machine, each with its path on the machine: what `croft render` writes below `nodes/NAME`,
/// for those who put it there.
package struct NodeFiles {
  package let blueprint: Blueprint
  package let node: NodeSpec

  package init(blueprint: Blueprint, node: NodeSpec) {
    self.blueprint = blueprint.removingSecretsRelease()
    self.node = node
  }

  private var machine: MachineFiles { MachineFiles(blueprint: blueprint, node: node) }

  /// What the machine needs whichever Kubernetes runs there. Its addresses and its kernel's command line are not among
  /// them: those depend on what is found there.
  package var machineFiles: [RenderedFile] { machine.commonFiles(below: "") }

  /// What Kubernetes reads.
  package var kubernetesFiles: [RenderedFile] {
    guard let kubernetes = blueprint.kubernetes else { return [] }
    switch kubernetes.distribution {
    case .k3s: return K3sNode(blueprint: blueprint, kubernetes: kubernetes, node: node).kubernetesFiles(below: "")
    case .upstream:
      return UpstreamNode(blueprint: blueprint, kubernetes: kubernetes, node: node).kubernetesFiles(below: "")
    case .k3d, .talos: return []
    }
  }

  /// Kernel modules.
  package var modules: [String] { machine.modules }

  /// Settings of the kernel by their names.
  package var sysctls: [(name: String, value: String)] {
    machine.sysctls.map { line in
      let words = line.split(separator: " ").map(String.init)
      return (words[0], words.dropFirst(2).joined(separator: " "))
    }
  }

  /// The fixed addresses as the service has them that runs the network there; `nil` where the machine has none, or
  /// nothing says which interface they are on.
  package func addresses(for manager: NetworkManager, on interface: String?) -> RenderedFile? {
    NetworkFile(blueprint: blueprint, node: node, interface: interface)?.file(below: "", for: manager)
  }

  package func prefixLength(of address: IPAddress) -> Int { blueprint.network.prefixLength(of: address) }

  /// Words that the kernel is to be started with.
  /// - Parameter isRaspberryPi: whether the machine is one.
  package func kernelArguments(isRaspberryPi: Bool) -> [String] {
    machine.kernelArguments(isRaspberryPi: isRaspberryPi)
  }

  /// The setting of GRUB that adds words to the kernel's command line.
  package static func grub(_ words: [String]) -> RenderedFile { MachineFiles.grub(words, below: "") }

  /// Time servers as chrony has them.
  package var chronySources: RenderedFile? {
    let servers = blueprint.machines?.timeServers ?? []
    if servers.isEmpty { return nil }
    return RenderedFile("/etc/chrony/sources.d/croft.sources", lines: servers.map { "server \($0) iburst" })
  }

  /// Who may log in; `nil`: the file does not say.
  package var allowedUsers: [String]? { SSHServerFile(blueprint: blueprint, node: node)?.users }

  package static let sshServerPath = "/\(SSHServerFile.path)"
  package static let timePath = "/\(MachineFiles.timePath)"
}

/// What can run the network of a Debian machine.
package enum NetworkManager: String, Sendable, CaseIterable {
  case networkManager = "NetworkManager"
  case networkd = "systemd-networkd"
}
