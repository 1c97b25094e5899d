import Blueprint
import JSON
import Provision
import Terminal

/// `croft facts`
enum FactsCommand: Subcommand {
  static let spec = CommandSpec(
    name: "facts", summary: "show what a machine is and has",
    discussion: """
      Asks a machine once, through SSH, and changes nothing: its operating system, processor, memory, disks with what is \
      on them, interfaces, kernel, packages, files, units, users, clock and k3s, as far as the cluster file makes them \
      matter. What the machine could not tell is shown as unknown, with the reason.
      """,
    arguments: [ArgumentSpec(label: "NODE", kind: .nodes, arity: .one, help: "the machine")],
    examples: [
      .init("croft facts cow", "the most important, in a few lines"),
      .init("croft facts cow -o json", "everything"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    try await context.withMachines { access in
      let nodes = try context.selectedNodes(context.invocation.arguments, of: access.blueprint)
      guard nodes.count == 1, access.blueprint.system(of: nodes[0]) != .talos else {
        throw Exit(.usage, "name one machine that does not run Talos")
      }
      switch try await access.survey(nodes, everything: true)[nodes[0].name] {
      case .success(let survey):
        if context.format == .json {
          context.output.line(survey.facts.json.text)
        } else {
          for line in lines(survey.facts) { context.output.line(line) }
        }
        return .success
      case .failure(let error): throw Exit(.unreachable, "\(nodes[0].name): \(error.description)")
      case nil: throw Exit(.failure, "the machine was not asked")
      }
    }
  }

  static func lines(_ facts: HostFacts) -> [String] {
    let host = facts.host
    var rows: [(String, String)] = [
      ("name", host.name), ("system", shown(facts.system) { $0.name }),
      ("kernel", "\(host.kernel) \(host.machine)" + (host.virtualization == "none" ? "" : ", \(host.virtualization)")),
      ("machine", (host.model.isEmpty ? "" : "\(host.model), ") + "\(host.cpus) CPUs, \(size(host.memory))"),
      (
        "memory controller",
        shown(facts.memoryController) { ($0.isEnabled ? "on" : "off") + ", cgroups v\($0.version)" }
      ),
      ("up for", Duration.seconds(host.uptime).brief),
      ("clock", clock(facts)),
    ]
    switch facts.interfaces {
    case .unknown(let reason): rows.append(("interfaces", "unknown: \(reason)"))
    case .known(let interfaces):
      for interface in interfaces where interface.name != "lo" {
        let addresses = interface.addresses.map { "\($0.address)/\($0.prefix)\($0.isDynamic ? " (dynamic)" : "")" }
        rows.append((interface.name, ([interface.mac] + addresses).joined(separator: "  ")))
      }
    }
    rows.append(
      (
        "room",
        shown(facts.space) { $0.map { "\($0.mount) \(size($0.free)) of \(size($0.size))" }.joined(separator: ", ") }
      ))
    switch facts.disks {
    case .unknown(let reason): rows.append(("disks", "unknown: \(reason)"))
    case .known(let disks):
      for disk in disks where disk.type == "disk" {
        let there = disk.all.compactMap { part in part.filesystem.map { "\($0)\(part.mount.map { " at \($0)" } ?? "")" }
        }
        let words =
          [size(disk.size), disk.model, disk.serial].compactMap { $0 } + (there.isEmpty ? ["nothing on it"] : there)
        rows.append((disk.path, words.joined(separator: ", ")))
      }
    }
    rows.append(
      (
        "k3s",
        shown(facts.k3s) { k3s in
          guard let version = k3s.version else { return "not there" }
          return version + (k3s.datastore.map { ", \($0.rawValue)" } ?? "")
        }
      ))
    return Table([.init(""), .init("")], rows: rows.map { [$0.0, $0.1] }).lines()
  }

  private static func shown<Value>(_ known: Known<Value>, _ text: (Value) -> String) -> String {
    switch known {
    case .known(let value): text(value)
    case .unknown(let reason): "unknown: \(reason)"
    }
  }

  private static func clock(_ facts: HostFacts) -> String {
    let clock = facts.clock
    let skew =
      clock.skew == 0 ? "as this machine's" : "\(clock.skew.rounded()) s \(clock.skew > 0 ? "ahead" : "behind")"
    let following = clock.isSynchronized.map { $0 ? ", set by a time server" : ", set by no time server" } ?? ""
    return skew + (facts.host.isContainer ? "" : following)
  }

  static func size(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let rounded = value < 10 ? (value * 10).rounded() / 10 : value.rounded()
    return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + " \(units[unit])"
  }
}
