import FoundationEssentials
import Process

/// What labs of machines leave on a host while they exist, as far as it bears one of these names: mounts, network
/// cards, packet rules, cgroups, loop devices, processes, files. Other labs may come and go meanwhile.
func traces(of names: [String]) async throws -> [String] {
  let script = """
    PATH=$PATH:/usr/sbin
    awk '{ print "mount", $2 }' /proc/mounts
    ip -oneline link | awk '{ print "link", $2 }'
    ip route | sed 's/^/route /'
    nft list tables | sed 's/^/rules /'
    find /sys/fs/cgroup -maxdepth 3 -type d -path '*croft-lab/*' | sed 's/^/cgroup /'
    losetup --list --noheadings --output BACK-FILE | sed 's/^/loop /'
    find /run/systemd/nspawn /var/lib -maxdepth 2 | sed 's/^/file /'
    for process in /proc/[0-9]*; do
      [ ! -e "$process/cmdline" ] || printf 'process %s\\n' "$(tr '\\0' ' ' <"$process/cmdline")"
    done 2>/dev/null
    true
    """
  let output = try await Command("bash", ["-c", script, "traces"]).run()
  return output.text.split(separator: "\n").map(String.init).filter { line in names.contains { bears(line, $0) } }
}

/// What is left of labs that were taken away, once there was half a minute for the kernel to let go of it: a process
/// that was told to end, or a loop device.
func remains(of names: [String]) async throws -> [String] {
  let end = ContinuousClock.now + .seconds(30)
  while true {
    let left = try await traces(of: names)
    if left.isEmpty || ContinuousClock.now > end { return left }
    try await ContinuousClock().sleep(for: .milliseconds(100))
  }
}

/// `croft12-1` bears the name `croft12` and not `croft1`.
private func bears(_ line: String, _ name: String) -> Bool {
  line.ranges(of: name).contains { !(line[$0.upperBound...].first?.isNumber ?? false) || !name.last!.isNumber }
}
