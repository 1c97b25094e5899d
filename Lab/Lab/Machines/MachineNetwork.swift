import Process

extension Machines {
  /// Lets nothing through between two machines, in both directions, until `reconnect`.
  public func cut(_ first: Machine, _ second: Machine) async throws {
    try await rules(
      """
      add chain bridge \(bridge) forward { type filter hook forward priority 0; }
      add rule bridge \(bridge) forward iifname "\(first.card)" oifname "\(second.card)" drop
      add rule bridge \(bridge) forward iifname "\(second.card)" oifname "\(first.card)" drop
      """)
  }

  /// Pulls a machine's network cable: it reaches nobody and nobody reaches it, this host included, until `reconnect`.
  public func cut(_ machine: Machine) async throws {
    let chains = ["input", "forward", "output"].map { hook in
      "add chain bridge \(bridge) \(hook) { type filter hook \(hook) priority 0; }"
    }
    let rules = [("input", "iifname"), ("forward", "iifname"), ("forward", "oifname"), ("output", "oifname")].map {
      "add rule bridge \(bridge) \($0) \($1) \"\(machine.card)\" drop"
    }
    try await self.rules((chains + rules).joined(separator: "\n"))
  }

  /// Takes back every cut.
  public func reconnect() async throws { try await rules("delete table bridge \(bridge)") }

  private var bridge: String { "\(Self.names)\(number)" }

  private func rules(_ text: String) async throws {
    let input = "add table bridge \(bridge)\n\(text)\n"
    try await runCommand("nft", Command("/usr/sbin/nft", ["--file", "-"], input: Array(input.utf8)))
  }
}

extension Machine {
  /// Makes its network slow in both directions until it is switched off, or until this is called with `nil`.
  public func limitNetwork(kilobitsPerSecond: Int?) async throws {
    let limit = kilobitsPerSecond.map { ["tbf", "rate", "\($0)kbit", "burst", "16kb", "latency", "400ms"] }
    try await runScript(
      "tc",
      """
      PATH=$PATH:/usr/sbin inside=$1 folder=$2 card=$3
      shift 3
      change() {
        "$@" qdisc delete dev "$device" root 2>/dev/null || true
        [ -z "$limit" ] || "$@" qdisc add dev "$device" root $limit
      }
      limit="$*"
      device=$card; change tc
      device=eth0; change "$inside" "$folder" tc
      """, [Machines.script("inside"), folder, card] + (limit ?? []))
  }
}
