/// What is asked of a machine besides what is always asked. The names are the machine's own.
public struct FactsRequest: Sendable, Equatable {
  /// Debian packages.
  public var packages: Set<String> = []
  /// Paths.
  public var files: Set<String> = []
  /// Units of systemd, with their suffixes.
  public var units: Set<String> = []
  public var users: Set<String> = []
  public var groups: Set<String> = []
  /// `net.ipv4.ip_forward`
  public var sysctls: Set<String> = []
  /// Kernel modules.
  public var modules: Set<String> = []
  /// Whether they are taken.
  public var ports: Set<Int> = []
  /// Device files whose signatures are wanted.
  public var devices: Set<String> = []

  /// Parts of the answer that nobody looks at: each takes the machine some milliseconds.
  public var unneeded: Set<String> = []

  public init() {}

  public mutating func formUnion(_ other: FactsRequest) {
    packages.formUnion(other.packages)
    files.formUnion(other.files)
    units.formUnion(other.units)
    users.formUnion(other.users)
    groups.formUnion(other.groups)
    sysctls.formUnion(other.sysctls)
    modules.formUnion(other.modules)
    ports.formUnion(other.ports)
    devices.formUnion(other.devices)
  }

  /// The first name that cannot be asked for, since an answer has a line for each.
  var unusableName: String? {
    [packages, files, units, users, groups, sysctls, modules, devices].lazy.flatMap { $0.sorted() }
      .first { $0.isEmpty || !ShellText.isOneLine($0) }
  }
}
