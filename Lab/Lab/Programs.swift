import FoundationEssentials
import Glibc
import Process

/// The programs that the lab runs, as `scripts/setup` leaves them.
struct Programs: Sendable {
  /// Folder of kube-apiserver and its companions, built by `scripts/build-kubernetes`.
  var kubernetes: String?
  /// Folder of the pinned helm and kubectl, filled by `scripts/install-tools`.
  var tools: String?
  var etcd: String?
  /// What is absent, for people.
  var missing: [String] = []
  /// The Debian system that machines start from, built by `scripts/build-base-image`.
  var baseImage: String?
  /// What machines lack here, for people.
  var missingForMachines: [String] = []

  func kubernetes(_ program: String) -> String { "\(kubernetes ?? "")/\(program)" }
  var helm: String { "\(tools ?? "")/helm" }
  var kubectl: String { "\(tools ?? "")/kubectl" }

  static let installed = Programs()

  private init() {
    let cache = Self.cacheFolder
    kubernetes = Self.newest(in: "\(cache)/kubernetes", holding: ["kube-apiserver", "kube-controller-manager"])
    tools = Self.newest(in: "\(cache)/tools", suffix: "/bin", holding: ["helm", "kubectl"])
    etcd = Executable.find("etcd")
    if kubernetes == nil { missing.append("the Kubernetes programs (scripts/build-kubernetes)") }
    if tools == nil { missing.append("helm and kubectl (scripts/install-tools)") }
    for program in ["etcd", "openssl", "setpriv", "flock", "python3"] where Executable.find(program) == nil {
      missing.append("\(program) (scripts/setup)")
    }
    baseImage = Self.newest(in: "\(cache)/base-image", holding: ["usr/sbin/sshd", "usr/bin/containerd"])
    if !Self.mayAdministrate { missingForMachines.append("root with CAP_SYS_ADMIN (machines are containers)") }
    if baseImage == nil { missingForMachines.append("the base image (scripts/build-base-image)") }
    for program in ["systemd-nspawn", "nft", "ip", "tc", "mkfs.ext4", "ssh", "setpriv", "flock"]
    where Executable.find(program) == nil && access("/usr/sbin/\(program)", X_OK) != 0 {
      missingForMachines.append("\(program) (scripts/setup)")
    }
  }

  /// Whether this process may mount, and make bridges and cgroups.
  private static var mayAdministrate: Bool {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let capabilities = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
    // CAP_SYS_ADMIN is 21, CAP_NET_ADMIN 12.
    return geteuid() == 0 && capabilities >> 21 & capabilities >> 12 & 1 == 1
  }

  /// The sources that this was built from: scripts of the lab are run from there.
  static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The same rule as `scripts/cache-dir`.
  static var cacheFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["CROFT_CACHE"], !folder.isEmpty { return folder }
    if let folder = environment["XDG_CACHE_HOME"], !folder.isEmpty { return "\(folder)/croft" }
    return "\(environment["HOME"] ?? "/root")/.cache/croft"
  }

  /// The entry that was put there last and is complete.
  private static func newest(in folder: String, suffix: String = "", holding programs: [String]) -> String? {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return entries.map { "\(folder)/\($0)\(suffix)" }
      .filter { entry in programs.allSatisfy { access("\(entry)/\($0)", X_OK) == 0 } }
      .max { modified($0) < modified($1) }
  }

  private static func modified(_ path: String) -> Date {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }
}
