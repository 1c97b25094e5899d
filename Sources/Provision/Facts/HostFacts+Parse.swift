extension HostFacts {
  /// The answer of the script to a request.
  /// - Parameters:
  ///   - started, ended: seconds since 1970 on our clock, before and after.
  /// - Throws: `FactsError`, where the answer is not complete or does not read as it should.
  init(parsing bytes: [UInt8], of request: FactsRequest, started: Double, ended: Double) throws(FactsError) {
    let frames: Frames
    do throws(FrameError) { frames = try Frames(parsing: bytes) } catch { throw .answer(error.description) }
    let reader = FactsReader(frames: frames, request: request)
    for part in FactsScript.parts where frames[part] == nil { throw .missing(part: part) }
    guard let host = try reader.part("host", FactsReader.host).value else { throw .missing(part: "host") }
    self.host = host
    let virtualization = try reader.part("virtualization") { lines throws(FactsError) in String(lines.first ?? "none") }
    self.host.virtualization = virtualization.value ?? "none"
    system = try reader.part("system", FactsReader.system)
    kernelArguments = try reader.part("arguments") { lines throws(FactsError) in
      lines.flatMap { $0.split(separator: " ").map(String.init) }
    }
    bootLoader = try reader.part("boot", FactsReader.bootLoader)
    memoryController = try reader.part("cgroup", FactsReader.memoryController)
    modules = try reader.modules()
    sysctls = try reader.sysctls()
    packages = try reader.part("packages", FactsReader.packages)
    files = try reader.files()
    units = try reader.units()
    users = try reader.part("users", FactsReader.users)
    sshd = try reader.part("sshd") { lines throws(FactsError) in
      var settings: [String: [String]] = [:]
      for line in lines {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        if let name = words.first { settings[name.lowercased(), default: []].append(words.count > 1 ? words[1] : "") }
      }
      return settings
    }
    clock = try reader.clock(started: started, ended: ended)
    space = try reader.part("space", FactsReader.space)
    interfaces = try reader.part("addresses", FactsReader.interfaces)
    routes = try reader.part("routes", FactsReader.routes)
    listeners = try reader.listeners()
    disks = try reader.part("disks", FactsReader.disks)
    devices = try reader.devices()
    k3s = try reader.part("k3s", FactsReader.k3s)
  }
}

/// Reads the parts of an answer.
struct FactsReader {
  let frames: Frames
  let request: FactsRequest

  /// A part that reads as `read` says; unknown where the machine gave a reason.
  func part<Value>(
    _ name: String, _ read: ([Substring]) throws(FactsError) -> Value
  ) throws(FactsError) -> Known<Value> {
    guard let frame = frames[name] else { throw .missing(part: name) }
    if frame.status == "ok" { return .known(try read(frame.lines)) }
    guard frame.status.hasPrefix("unknown") else { throw .malformed(part: name, line: "=\(frame.status)") }
    let reason = frame.status.dropFirst(8)
    return .unknown(reason.isEmpty ? "the machine gave no reason" : String(reason))
  }

  /// `key value` lines.
  static func pairs(_ lines: [Substring]) -> [Substring: String] {
    var pairs: [Substring: String] = [:]
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      pairs[words[0]] = words.count > 1 ? String(words[1]) : ""
    }
    return pairs
  }

  static func host(_ lines: [Substring]) throws(FactsError) -> HostFacts.Host {
    let pairs = pairs(lines)
    func need(_ key: Substring) throws(FactsError) -> String {
      guard let value = pairs[key], !value.isEmpty else {
        throw .malformed(part: "host", line: "\(key) \(pairs[key] ?? "")")
      }
      return value
    }
    func number(_ key: Substring) throws(FactsError) -> Int {
      let text = try need(key)
      guard let value = Int(text.prefix { $0 != "." }) else { throw .malformed(part: "host", line: "\(key) \(text)") }
      return value
    }
    var host = HostFacts.Host()
    host.name = try need("name")
    host.kernel = try need("kernel")
    host.machine = try need("machine")
    host.architecture = pairs["architecture"] ?? ""
    host.cpus = try number("cpus")
    host.memory = try number("memory") * 1024
    host.bootID = try need("boot")
    host.uptime = try number("uptime")
    host.isContainer = try need("container") == "yes"
    host.model = pairs["model"] ?? ""
    host.needsReboot = try need("reboot") == "yes"
    host.user = try need("user")
    host.hasSystemd = try need("systemd") == "yes"
    host.pending = Set(["ssh", "network"].filter { pairs["pending-\($0)"] == "yes" })
    return host
  }

  /// https://www.freedesktop.org/software/systemd/man/latest/os-release.html
  static func system(_ lines: [Substring]) throws(FactsError) -> HostFacts.System {
    var system = HostFacts.System()
    for line in lines {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      var value = String(parts[1])
      if let quote = value.first, quote == "\"" || quote == "'", value.count > 1, value.last == quote {
        value = String(value.dropFirst().dropLast())
      }
      switch parts[0] {
      case "ID": system.id = value
      case "ID_LIKE": system.like = value.split(separator: " ").map(String.init)
      case "VERSION_ID": system.version = value
      case "VERSION_CODENAME": system.codename = value
      case "PRETTY_NAME": system.name = value
      default: break
      }
    }
    guard !system.id.isEmpty else { throw .malformed(part: "system", line: lines.first.map(String.init) ?? "") }
    return system
  }

  static func bootLoader(_ lines: [Substring]) throws(FactsError) -> HostFacts.BootLoader {
    let pairs = pairs(lines)
    if let path = pairs["file"] {
      guard let line = pairs["line"] else { throw .malformed(part: "boot", line: "file \(path)") }
      return .raspberryPi(path: path, line: line)
    }
    return pairs["grub"] == nil ? .none : .grub
  }

  static func memoryController(_ lines: [Substring]) throws(FactsError) -> HostFacts.MemoryController {
    let words = lines.first?.split(separator: " ") ?? []
    guard lines.count == 1, words.count == 2, let version = Int(words[0]) else {
      throw .malformed(part: "cgroup", line: lines.first.map(String.init) ?? "")
    }
    return HostFacts.MemoryController(version: version, isEnabled: words[1] == "yes")
  }

  /// A line that starts with the place of a name in the request: the name, and the rest.
  private func named(
    _ line: Substring, among names: Set<String>, part: String
  ) throws(FactsError) -> (name: String, rest: Substring) {
    let words = line.split(separator: " ", maxSplits: 1)
    let names = names.sorted()
    guard let first = words.first, let index = Int(first), names.indices.contains(index) else {
      throw .malformed(part: part, line: String(line))
    }
    return (names[index], words.count > 1 ? words[1] : "")
  }

  func modules() throws(FactsError) -> Known<[String: HostFacts.ModuleState]> {
    try part("modules") { lines throws(FactsError) in
      var states: [String: HostFacts.ModuleState] = [:]
      for line in lines {
        let (name, rest) = try named(line, among: request.modules, part: "modules")
        guard let state = HostFacts.ModuleState(rawValue: String(rest)) else {
          throw .malformed(part: "modules", line: String(line))
        }
        states[name] = state
      }
      guard states.count == request.modules.count else { throw .answer("a module is missing from it") }
      return states
    }
  }

  func sysctls() throws(FactsError) -> Known<[String: HostFacts.Sysctl]> {
    try part("sysctls") { lines throws(FactsError) in
      var values: [String: HostFacts.Sysctl] = [:]
      for line in lines {
        let (name, rest) = try named(line, among: request.sysctls, part: "sysctls")
        guard let mode = rest.first, mode == "r" || mode == "w" else {
          throw .malformed(part: "sysctls", line: String(line))
        }
        let value = rest.dropFirst().split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        values[name] = HostFacts.Sysctl(value: value, isWritable: mode == "w")
      }
      return values
    }
  }

  /// `ii  curl 7.88.1-10`: what is wanted, what is, and an error if there is one.
  static func packages(_ lines: [Substring]) throws(FactsError) -> [String: String] {
    var versions: [String: String] = [:]
    for line in lines {
      let words = line.split(separator: " ")
      guard let state = words.first, (2...3).contains(words.count) else {
        throw .malformed(part: "packages", line: String(line))
      }
      if state.dropFirst() == "i", words.count == 3 { versions[String(words[1])] = String(words[2]) }
    }
    return versions
  }

  /// Those of the names that are there, by their places in the request: `there 0 3`, the first line.
  private func there(
    _ lines: [Substring], among names: Set<String>, part: String
  ) throws(FactsError) -> [String] {
    guard let first = lines.first, first.hasPrefix("there") else {
      throw .malformed(part: part, line: lines.first.map(String.init) ?? "")
    }
    let names = names.sorted()
    var there: [String] = []
    for word in first.split(separator: " ").dropFirst() {
      guard let place = Int(word), names.indices.contains(place) else {
        throw .malformed(part: part, line: String(first))
      }
      there.append(names[place])
    }
    return there
  }

  func files() throws(FactsError) -> Known<[String: HostFacts.File]> {
    try part("files") { lines throws(FactsError) in
      let there = try there(lines, among: request.files, part: "files")
      let stats = Array(lines.dropFirst().prefix { $0.hasPrefix("stat ") })
      let sums = Array(lines.dropFirst(1 + stats.count))
      guard stats.count == there.count, sums.count == there.count else {
        throw .answer("a file changed or went away meanwhile")
      }
      var files: [String: HostFacts.File] = [:]
      for (index, name) in there.enumerated() {
        let words = stats[index].split(separator: " ").map(String.init)
        // sha256sum puts a backslash before the digest of a file whose name has one.
        let digest = sums[index].drop { $0 == "\\" }.prefix { $0 != " " }
        guard words.count == 5, let size = Int(words[4]), digest.utf8.count == 64 else {
          throw .malformed(part: "files", line: String(stats[index]))
        }
        let mode = String(repeating: "0", count: max(0, 4 - words[1].count)) + words[1]
        files[name] = HostFacts.File(
          mode: mode, owner: words[2], group: words[3], size: size, digest: String(digest))
      }
      return files
    }
  }

  /// The places of those that are there, then their blocks of `Name=value` lines, each with the same names.
  func units() throws(FactsError) -> Known<[String: HostFacts.Unit]> {
    try part("units") { lines throws(FactsError) in
      let there = try there(lines, among: request.units, part: "units")
      var blocks: [[Substring: Substring]] = []
      for line in lines.dropFirst() {
        let words = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2 else { throw .malformed(part: "units", line: String(line)) }
        if blocks.last.map({ $0[words[0]] != nil }) ?? true { blocks.append([:]) }
        blocks[blocks.count - 1][words[0]] = words[1]
      }
      guard blocks.count == there.count else { throw .answer("it has \(blocks.count) units for \(there.count)") }
      var units: [String: HostFacts.Unit] = [:]
      for name in request.units {
        units[name] = HostFacts.Unit(load: "not-found", active: "inactive", file: "", isStale: false)
      }
      for (name, block) in zip(there, blocks) {
        guard let load = block["LoadState"], let active = block["ActiveState"], !load.isEmpty, !active.isEmpty else {
          throw .malformed(part: "units", line: block.first.map { "\($0.key)=\($0.value)" } ?? "")
        }
        units[name] = HostFacts.Unit(
          load: String(load), active: String(active), file: String(block["UnitFileState"] ?? ""),
          isStale: block["NeedDaemonReload"] == "yes")
      }
      return units
    }
  }
}
