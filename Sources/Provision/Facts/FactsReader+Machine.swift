import JSON

extension FactsReader {
  func clock(started: Double, ended: Double) throws(FactsError) -> HostFacts.Clock {
    guard let clock = try part("clock", Self.pairs).value else { throw .missing(part: "clock") }
    guard let text = clock["now"], let time = Double(text) else {
      throw .malformed(part: "clock", line: "now \(clock["now"] ?? "")")
    }
    let skew = time < started ? time - started : time > ended ? time - ended : 0
    return HostFacts.Clock(time: time, skew: skew, isSynchronized: clock["synchronized"].map { $0 == "yes" })
  }

  /// The lines of `df -P -k`, below that of what the columns are.
  static func space(_ lines: [Substring]) throws(FactsError) -> [HostFacts.FileSystem] {
    var result: [HostFacts.FileSystem] = []
    for line in lines.dropFirst() {
      let words = line.split(separator: " ")
      guard words.count >= 6, let size = Int(words[1]), let free = Int(words[3]) else {
        throw .malformed(part: "space", line: String(line))
      }
      let system = HostFacts.FileSystem(
        mount: words[5...].joined(separator: " "), device: String(words[0]), size: size * 1024, free: free * 1024)
      if !result.contains(where: { $0.mount == system.mount }) { result.append(system) }
    }
    return result
  }

  private static func json(_ lines: [Substring], part: String) throws(FactsError) -> JSON {
    do { return try JSON(parsing: Array(lines.joined(separator: "\n").utf8)) } catch {
      throw .malformed(part: part, line: lines.first.map(String.init) ?? "")
    }
  }

  static func interfaces(_ lines: [Substring]) throws(FactsError) -> [HostFacts.Interface] {
    let links = try json(lines, part: "addresses").array ?? []
    return links.compactMap { link in
      guard let name = link["ifname"]?.string else { return nil }
      var interface = HostFacts.Interface(
        name: name, mac: link["address"]?.string ?? "", isUp: link["operstate"]?.string != "DOWN")
      interface.addresses = (link["addr_info"]?.array ?? []).compactMap { info in
        guard let address = info["local"]?.string, let prefix = info["prefixlen"]?.int else { return nil }
        return HostFacts.Address(address: address, prefix: prefix, isDynamic: info["dynamic"]?.bool ?? false)
      }
      return interface
    }
  }

  /// `default via 192.168.14.1 dev eth0 …`
  static func routes(_ lines: [Substring]) throws(FactsError) -> [HostFacts.Route] {
    lines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      func after(_ word: String) -> String? {
        words.firstIndex(of: word).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
      }
      return after("dev").map { HostFacts.Route(gateway: after("via") ?? "", interface: $0) }
    }
  }

  /// `LISTEN 0 4096 *:6443 *:* users:(("k3s-server",pid=1,fd=2)) unit=k3s.service`
  func listeners() throws(FactsError) -> Known<[HostFacts.Listener]> {
    try part("ports") { lines throws(FactsError) in
      var found: [Int: HostFacts.Listener] = [:]
      for line in lines {
        let words = line.split(separator: " ")
        guard words.count >= 4, let text = words[3].split(separator: ":").last, let port = Int(text) else {
          throw .malformed(part: "ports", line: String(line))
        }
        guard request.ports.contains(port), found[port] == nil else { continue }
        let program = words.first { $0.hasPrefix("users:") }?.split(separator: "\"").dropFirst().first
        let unit = words.last { $0.hasPrefix("unit=") }?.dropFirst("unit=".count)
        found[port] = HostFacts.Listener(port: port, program: program.map(String.init), unit: unit.map(String.init))
      }
      return found.values.sorted { $0.port < $1.port }
    }
  }

  static func disks(_ lines: [Substring]) throws(FactsError) -> [HostFacts.BlockDevice] {
    guard let devices = try json(lines, part: "disks")["blockdevices"]?.array else {
      throw .malformed(part: "disks", line: lines.first.map(String.init) ?? "")
    }
    return devices.compactMap(HostFacts.BlockDevice.init)
  }

  func devices() throws(FactsError) -> Known<[String: HostFacts.Device]> {
    try part("devices") { lines throws(FactsError) in
      let names = request.devices.sorted()
      var devices: [String: HostFacts.Device] = [:]
      var last: String?
      for line in lines {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        if words.count == 2, words[0] == "signature", let last {
          devices[last]?.signatures.append(words[1])
        } else if words.count == 4, words[0] == "device", let place = Int(words[1]), let size = Int(words[2]),
          names.indices.contains(place)
        {
          last = names[place]
          devices[names[place]] = HostFacts.Device(path: words[3], size: size, signatures: [])
        } else {
          throw .malformed(part: "devices", line: String(line))
        }
      }
      return devices
    }
  }

  /// `version k3s version v1.33.4+k3s1 (148243c4)`
  static func k3s(_ lines: [Substring]) throws(FactsError) -> HostFacts.K3s {
    let pairs = pairs(lines)
    var k3s = HostFacts.K3s()
    if let text = pairs["version"] {
      guard let version = text.split(separator: " ").first(where: { $0.hasPrefix("v1.") || $0.hasPrefix("v2.") })
      else { throw .malformed(part: "k3s", line: "version \(text)") }
      k3s.version = String(version)
    }
    k3s.datastore = pairs["datastore"].flatMap(HostFacts.K3s.Datastore.init)
    k3s.hasNodeToken = pairs["token"] == "yes"
    k3s.hasAgent = pairs["agent"] == "yes"
    k3s.hasImages = pairs["images"] == "yes"
    return k3s
  }
}

extension HostFacts.BlockDevice {
  /// A device as `lsblk --json --bytes` has it; some versions write sizes as text.
  init?(_ json: JSON) {
    guard let path = json["path"]?.string, let type = json["type"]?.string else { return nil }
    let size = json["size"].flatMap { $0.int ?? $0.string.flatMap { Int($0) } }
    self.init(path: path, type: type, size: size ?? 0)
    filesystem = json["fstype"]?.string
    mount = json["mountpoint"]?.string
    serial = json["serial"]?.string
    model = json["model"]?.string.map { $0.split(separator: " ").joined(separator: " ") }
    uuid = json["uuid"]?.string
    children = (json["children"]?.array ?? []).compactMap(HostFacts.BlockDevice.init)
  }
}
