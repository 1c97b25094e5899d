import FoundationEssentials
public import Process

/// One Debian machine of a lab, on or off.
public struct Machine: Sendable {
  public let name: String
  /// `10.99.N.M`
  public let address: String
  /// Its disk, its settings, its console's log.
  public let folder: String
  let lab: String
  let index: Int
  /// The host's end of its network cable.
  let card: String

  init(name: String, lab: String, number: Int, index: Int) {
    self.name = name
    self.lab = lab
    self.index = index
    folder = "\(lab)/\(name)"
    address = "10.99.\(number).\(10 + index)"
    card = "vb-\(Machines.names)\(number)-\(index)"
  }

  /// Its files as the host sees them, also while it is off.
  public var root: String { "\(folder)/root" }

  /// What it wrote to its console, from its first start on.
  public var consolePath: String { "\(folder)/console.log" }

  /// `SHA256:…`, as `ssh` shows it.
  public var hostKeyFingerprint: String {
    get async throws {
      let key = "\(root)/etc/ssh/ssh_host_ed25519_key.pub"
      let output = try await runCommand("ssh-keygen", Command("ssh-keygen", ["-l", "-f", key]))
      return output.text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
  }

  /// A command over SSH. Its host key is checked against the lab's own.
  /// - Parameter user: `root` or `pi`.
  public func ssh(_ script: String, user: String = "root") -> Command {
    Command(
      "ssh",
      ["-F", "\(lab)/ssh_config", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "\(user)@\(name)", "--", script])
  }

  /// Runs a shell script as root, without SSH or the network.
  /// - Throws: `LabError.command` where it ends with an error or the machine is off.
  @discardableResult
  public func run(_ script: String, _ arguments: String...) async throws -> String {
    let command = Command(Machines.script("inside"), [folder, "sh", "-euc", script, "sh"] + arguments)
    return try await runCommand("\(name): \(script)", command).text
  }

  /// Different after every boot.
  public var bootID: String {
    get async throws { try await run("cat /proc/sys/kernel/random/boot_id") }
  }
}
