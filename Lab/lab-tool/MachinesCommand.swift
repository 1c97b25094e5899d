@preconcurrency import Glibc
import Lab

/// Does what `lab machines` was asked for, and ends; the machines stay.
func machines(_ arguments: MachinesArguments) async throws {
  switch arguments.verb {
  case .up:
    let lab: Machines
    if let existing = try? Machines.existing(arguments.options.name ?? "") {
      try await existing.powerOn()
      lab = existing
    } else {
      lab = try await Machines.up(arguments.options)
    }
    announce(lab)
    if arguments.staysInForeground {
      await untilToldToEnd()
      await lab.down()
    }
  case .down:
    if let name = arguments.name {
      try await Machines.existing(name).down()
    } else {
      fputs(try await Machines.downAll(), stderr)
    }
  case .power:
    let lab = try Machines.existing(arguments.name ?? "")
    for name in arguments.machines {
      guard let machine = lab.machines.first(where: { $0.name == name }) else {
        let names = lab.machines.map(\.name).joined(separator: ", ")
        throw Arguments.Misuse(description: "there is no machine '\(name)' in the lab '\(lab.name)', but \(names)")
      }
      switch arguments.power {
      case .on: try await machine.powerOn()
      case .off: try await machine.powerOff()
      case .cut: try await machine.cutPower()
      }
    }
  }
}

private func announce(_ lab: Machines) {
  let width = lab.machines.map(\.name.count).max() ?? 0
  for machine in lab.machines {
    let name = machine.name + String(repeating: " ", count: width - machine.name.count)
    fputs("\(name)  \(machine.address)  ssh -F \(lab.sshConfigPath) \(machine.name)\n", stdout)
  }
  fflush(stdout)
}
