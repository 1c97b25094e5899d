import Blueprint
import Catalog
import Render

/// What one Debian machine is to be, as far as that follows from the cluster file alone.
struct DesiredNode {
  let blueprint: Blueprint
  let node: NodeSpec
  let rendered: NodeFiles
  /// What the cluster file's `source` and `key` name, by path: read beforehand.
  let sources: [String: [UInt8]]

  init(_ blueprint: Blueprint, _ node: NodeSpec, sources: [String: [UInt8]]) {
    self.blueprint = blueprint
    self.node = node
    self.sources = sources
    rendered = NodeFiles(blueprint: blueprint, node: node)
  }

  var machines: MachinesSpec { blueprint.machines ?? MachinesSpec(span: node.span) }

  /// Debian packages, whatever is found on the machine.
  var packages: Set<String> {
    var packages = Set(machines.packages)
    for use in blueprint.components where use.requirements.concern(node) {
      packages.formUnion(use.requirements.packages)
    }
    for disk in mountedDisks { packages.insert(Self.tools[disk.filesystem] ?? "e2fsprogs") }
    if machines.users.contains(where: \.sudo) { packages.insert("sudo") }
    return packages
  }

  private static let tools = ["ext4": "e2fsprogs", "xfs": "xfsprogs", "btrfs": "btrfs-progs"]

  /// Units that come with a package and have to run for it to be of use.
  static let packagedUnits = ["open-iscsi": "iscsid.socket"]

  var mountedDisks: [NodeSpec.Disk] { node.disks.filter { $0.use == .data || $0.use == .longhorn } }

  /// Files of the system, those of its units among them.
  var systemFiles: [DesiredFile] {
    rendered.machineFiles.filter { ![NodeFiles.sshServerPath, NodeFiles.timePath].contains($0.path) }
      .map { DesiredFile($0, stage: .system) }
      + machines.files.compactMap { file in
        content(file.content).map {
          DesiredFile(
            path: file.path, content: $0, mode: file.mode, owner: file.owner, group: file.group, stage: .system)
        }
      }
      + machines.units.compactMap { unit in
        content(unit.content).map {
          DesiredFile(path: "/etc/systemd/system/\(unit.name)", content: $0, mode: "0644", stage: .system)
        }
      }
  }

  var sshServerFile: DesiredFile? {
    rendered.machineFiles.first { $0.path == NodeFiles.sshServerPath }.map { DesiredFile($0, stage: .ssh) }
  }

  /// Those of systemd-timesyncd and of chrony.
  var timeFiles: [DesiredFile] {
    (rendered.machineFiles.filter { $0.path == NodeFiles.timePath } + [rendered.chronySources].compactMap { $0 })
      .map { DesiredFile($0, stage: .system) }
  }

  var kubernetesFiles: [DesiredFile] {
    rendered.kubernetesFiles.map {
      DesiredFile($0, mode: $0.path.hasSuffix(".service") ? "0644" : "0600", stage: .kubernetes)
    }
  }

  /// Units that start with the machine.
  var enabledUnits: [String] {
    var units = packages.compactMap { Self.packagedUnits[$0] }.sorted()
    units += rendered.machineFiles.filter { file in
      file.path.hasPrefix("/etc/systemd/system/") && file.text.contains("[Install]")
    }.compactMap { $0.path.split(separator: "/").last.map(String.init) }
    return units + machines.units.filter(\.isEnabled).map(\.name)
  }

  func content(_ content: MachinesSpec.FileContent) -> [UInt8]? {
    switch content {
    case .text(let text): Array((text.hasSuffix("\n") || text.isEmpty ? text : text + "\n").utf8)
    case .file(let path): sources[path]
    }
  }

  /// The mount unit of a place: https://www.freedesktop.org/software/systemd/man/latest/systemd.mount.html
  static func mountUnit(of disk: NodeSpec.Disk) -> (name: String, file: DesiredFile) {
    let place = disk.place
    let name = "\(UnitName.escaping(path: place)).mount"
    let lines = [
      "[Unit]", "Description=Disk for \(disk.use.rawValue)", "", "[Mount]", "What=\(disk.device)", "Where=\(place)",
      "Type=\(disk.filesystem)", "Options=noatime,nofail", "", "[Install]", "WantedBy=multi-user.target",
    ]
    let text = lines.map { $0 + "\n" }.joined()
    return (
      name,
      DesiredFile(path: "/etc/systemd/system/\(name)", content: Array(text.utf8), mode: "0644", stage: .disks)
    )
  }

  /// The files beside the cluster file that `sources` is to hold.
  static func sources(of blueprint: Blueprint) -> [String] {
    guard let machines = blueprint.machines else { return [] }
    let contents = machines.files.map(\.content) + machines.units.map(\.content)
    return machines.repositories.map(\.key)
      + contents.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }
}

extension NodeSpec.Disk {
  /// Where it is mounted.
  var place: String { mount ?? "/var/lib/longhorn" }
}

/// A file as it is to be.
public struct DesiredFile: Sendable, Equatable {
  public var path: String
  public var content: [UInt8]
  /// `nil`: as the file system has it; FAT knows none.
  public var mode: String?
  public var owner = "root"
  public var group = "root"
  public var stage: NodeStage

  init(
    path: String, content: [UInt8], mode: String?, owner: String = "root", group: String = "root", stage: NodeStage
  ) {
    self.path = path
    self.content = content
    self.mode = mode
    self.owner = owner
    self.group = group
    self.stage = stage
  }

  init(_ file: RenderedFile, mode: String = "0644", stage: NodeStage) {
    self.init(path: file.path, content: file.bytes, mode: mode, stage: stage)
  }
}

/// Names of units.
enum UnitName {
  /// `/var/lib/longhorn` → `var-lib-longhorn`, as systemd-escape --path has it.
  static func escaping(path: String) -> String {
    let parts = path.split(separator: "/")
    if parts.isEmpty { return "-" }
    var result = ""
    for (index, byte) in parts.joined(separator: "/").utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "/"): result += "-"
      case UInt8(ascii: ".") where index > 0, UInt8(ascii: "_"), UInt8(ascii: ":"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        result += "\\x" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}
