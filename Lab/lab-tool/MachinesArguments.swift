import Lab

/// What `lab machines` was asked for.
struct MachinesArguments {
  enum Verb: String { case up, down, power }
  enum Power: String { case on, off, cut }

  var verb: Verb
  var power = Power.on
  /// The lab, or `nil` for all of them.
  var name: String? = "lab"
  /// Those to make, or the ones that get power.
  var machines: [String] = []
  var options: Machines.Options {
    var options = machines.isEmpty ? Machines.Options() : Machines.Options(machines: machines)
    options.name = name
    options.board = board
    options.sudoAsksForPassword = sudoAsksForPassword
    options.outlivesProcess = !staysInForeground
    return options
  }
  /// Whether they end with this process.
  var staysInForeground = false
  private var board = Machines.Options.Board.pc
  private var sudoAsksForPassword = false

  static let usage = """
    Usage: lab machines up [--name LAB] [--machines NAME,NAME…] [--board pc|raspberry-pi] [--sudo free|password]
                           [--foreground]
           lab machines down [--name LAB | --all]
           lab machines power on|off|cut NAME… [--name LAB]

    Debian machines with systemd, SSH and apt on a network of their own on this host. They stay until 'down', and need
    root.

      up      makes them, switches them on, and prints how to reach them; switches on what is off where they exist
      down    takes everything away; --all every lab that no running test owns, and what crashed ones left behind
      power   presses the power button, or pulls the plug (cut)

      --name        the lab (default: lab)
      --machines    their names (default: cow,sheep,duck)
      --board       raspberry-pi: boots from /boot/firmware/cmdline.txt, without memory cgroup until that asks for it
      --sudo        password: the user pi types it, it is '\(Machines.password)' (default: free)
      --foreground  stays, and takes everything away on Ctrl-C, on SIGTERM, and when its standard input closes

    """

  /// - Parameter arguments: what follows `lab machines`.
  init(_ arguments: some Sequence<String>) throws(Arguments.Misuse) {
    var rest = Array(arguments)
    guard let verb = rest.isEmpty ? nil : Verb(rawValue: rest.removeFirst()) else {
      throw Arguments.Misuse(description: "expected 'machines up', 'machines down' or 'machines power'")
    }
    self.verb = verb
    if verb == .power {
      guard let power = rest.isEmpty ? nil : Power(rawValue: rest.removeFirst()) else {
        throw Arguments.Misuse(description: "expected 'power on', 'power off' or 'power cut'")
      }
      self.power = power
    }
    while !rest.isEmpty {
      let option = rest.removeFirst()
      switch (option, verb) {
      case ("--all", .down): name = nil
      case ("--foreground", .up): staysInForeground = true
      case ("--name", _): name = try Self.value(option, &rest)
      case ("--machines", .up): machines = try Self.value(option, &rest).split(separator: ",").map(String.init)
      case ("--board", .up):
        let value = try Self.value(option, &rest)
        guard let board = Machines.Options.Board(rawValue: value) else {
          throw Arguments.Misuse(description: "--board: expected pc or raspberry-pi, not '\(value)'")
        }
        self.board = board
      case ("--sudo", .up):
        let value = try Self.value(option, &rest)
        guard ["free", "password"].contains(value) else {
          throw Arguments.Misuse(description: "--sudo: expected free or password, not '\(value)'")
        }
        sudoAsksForPassword = value == "password"
      case (_, .power) where !option.hasPrefix("-"): machines.append(option)
      default: throw Arguments.Misuse(description: "unknown option '\(option)' of 'machines \(verb.rawValue)'")
      }
    }
    if verb == .power, machines.isEmpty {
      throw Arguments.Misuse(description: "'machines power \(power.rawValue)' needs the name of a machine")
    }
  }

  private static func value(_ option: String, _ rest: inout [String]) throws(Arguments.Misuse) -> String {
    guard !rest.isEmpty else { throw Arguments.Misuse(description: "\(option) needs a value") }
    return rest.removeFirst()
  }
}
