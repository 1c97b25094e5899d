import FoundationEssentials
import Glibc
import Process

/// Debian machines with systemd, SSH and apt, on a private network of their own on this host: a lab.
///
/// They are containers: the kernel, and with it the clock, is this host's. Everything of a lab is in one folder below
/// `/var/lib/croft-lab`; `down` takes away what it made, also for a lab whose process was killed.
public final class Machines: Sendable {
  public let name: String
  /// Keys, disks, logs.
  public let folder: String
  /// In the order they were asked for.
  public let machines: [Machine]
  /// Which of the networks 10.99.N.0/24 is this lab's.
  public let number: Int
  private let lifeline: Lifeline?

  /// For `ssh -F`: knows the machines by name, their host keys, and the key that opens them.
  public var sshConfigPath: String { "\(folder)/ssh_config" }
  /// The host keys of all machines, by name and by address.
  public var knownHostsPath: String { "\(folder)/known_hosts" }
  /// Opens root's and pi's account on every machine.
  public var privateKeyPath: String { "\(folder)/id_ed25519" }
  /// The password of the user `pi`, for `sudo` and for SSH.
  public static let password = "raspberry"

  /// The machine with this name, which must exist.
  public subscript(_ name: String) -> Machine {
    guard let machine = machines.first(where: { $0.name == name }) else {
      preconditionFailure("no machine '\(name)' among \(machines.map(\.name))")
    }
    return machine
  }

  /// Makes machines, switches them on, and returns when each lets `pi` in by SSH. Call `down` in the end;
  /// `withMachines` does both.
  public static func up(_ options: Options = Options()) async throws -> Machines {
    let programs = Programs.installed
    guard programs.missingForMachines.isEmpty, let image = programs.baseImage else {
      throw LabError.missing(programs.missingForMachines)
    }
    let name = options.name ?? "process-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let folder = try makeFolder(name)
    let lifeline: Lifeline? =
      options.outlivesProcess
      ? nil
      : try Lifeline(folder: folder) { folder, path in
        Command(
          "sh", ["-c", #"flock --shared "$1" true; exec "$2" "$0""#, folder, path, script("remove")],
          environment: ["CROFT_LAB_NAMES": names])
      }
    do {
      let create = Command(
        script("create"), [folder] + options.machines,
        environment: [
          "names": names, "image": image, "checkout": Programs.checkout, "kubernetes": programs.kubernetes ?? "",
          "kubectl": programs.tools == nil ? "" : programs.kubectl,
          "disks": options.disks.map(String.init).joined(separator: " "),
          "binds": options.binds.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: "\n"),
          "disk_size": "\(options.diskSize)", "sudo": options.sudoAsksForPassword ? "password" : "free",
          "board": options.board.rawValue,
        ])
      try await runCommand("create machines", create)
      let lab = try Machines(name: name, lifeline: lifeline)
      try await lab.powerOn()
      return lab
    } catch {
      await remove(folder, lifeline)
      throw error
    }
  }

  /// A lab that another process brought up.
  /// - Throws: `LabError.noLab`.
  public static func existing(_ name: String) throws -> Machines { try Machines(name: name, lifeline: nil) }

  /// Switches on what is off, and returns when every machine lets `pi` in by SSH.
  public func powerOn() async throws {
    // Booting takes all processors; several labs at once would only run into their time limits.
    await startQueue.wait()
    defer { startQueue.leave() }
    try await withThrowingTaskGroup { group in
      for machine in machines { group.addTask { try await machine.powerOn() } }
      try await group.waitForAll()
    }
  }

  /// Takes everything away. Does nothing the second time.
  public func down() async { await Self.remove(folder, lifeline) }

  /// Takes every lab away that no running process owns, and what crashed ones left behind. Returns what it said about
  /// those that stay.
  @discardableResult
  public static func downAll() async throws -> String {
    try await runCommand("remove --all", Command(script("remove"), ["--all"])).errorText
  }

  private static func remove(_ folder: String, _ lifeline: Lifeline?) async {
    if let lifeline { return await lifeline.close() }
    let command = Command(script("remove"), [folder], environment: ["CROFT_LAB_NAMES": names])
    // Also where the task is cancelled.
    if let process = try? command.start() {
      while process.isRunning { do { _ = try await process.wait() } catch { await Task.yield() } }
    }
  }

  private init(name: String, lifeline: Lifeline?) throws {
    let folder = "\(Self.labs)/\(name)"
    let number = Self.settings("\(folder)/network")["number"].flatMap { Int($0) }
    guard let number, let entries = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw LabError.noLab(name, in: Self.labs)
    }
    self.name = name
    self.folder = folder
    self.number = number
    self.lifeline = lifeline
    machines = entries.compactMap { entry in
      let settings = Self.settings("\(folder)/\(entry)/settings")
      guard let name = settings["name"], let index = settings["index"].flatMap({ Int($0) }) else { return nil }
      return Machine(name: name, lab: folder, number: number, index: index)
    }.sorted { $0.index < $1.index }
  }
}

extension Machines {
  /// How names of bridges and network cards begin. Another beginning keeps labs out of the sight of `downAll`.
  static let names = ProcessInfo.processInfo.environment["CROFT_LAB_NAMES"] ?? "croft"
  static let labs = "/var/lib/\(names)-lab"

  static func script(_ name: String) -> String { "\(Programs.checkout)/Lab/machines/\(name)" }

  /// `key=value` lines.
  private static func settings(_ path: String) -> [String: String] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: "=", maxSplits: 1)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    return Dictionary(pairs) { $1 }
  }

  private static func makeFolder(_ name: String) throws -> String {
    let folder = "\(labs)/\(name)"
    // A lab that goes at this moment takes the parent with it where it was the last.
    for _ in 0..<3 {
      mkdir(labs, 0o755)
      if mkdir(folder, 0o755) == 0 { return folder }
      if errno != ENOENT { break }
    }
    throw LabError.command("mkdir \(folder)", String(cString: strerror(errno)))
  }
}
