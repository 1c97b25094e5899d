/// One program of Kubernetes on a machine: its flags, and the systemd unit that runs it.
struct UpstreamComponent {
  let name: String
  /// What it is, for those who read the unit.
  let summary: String
  /// `notify` for programs that tell systemd when they are ready.
  let type: String
  /// Units that it cannot run without.
  let requires: [String]
  /// Units that it starts behind.
  let after: [String]
  let flags: [(name: String, value: String)]

  init(
    _ name: String, _ summary: String, type: String = "exec", requires: [String] = [], after: [String] = [],
    flags: [(String, String)]
  ) {
    self.name = name
    self.summary = summary
    self.type = type
    self.requires = requires
    self.after = after
    self.flags = flags.map { (name: $0.0, value: $0.1) }
  }

  private var path: String { "etc/default/\(name)" }

  /// One variable of an environment file, a flag a line. No value has a space or a quote in it.
  func flagsFile(below root: String) -> RenderedFile {
    let lines = flags.map { "  --\($0.name)=\($0.value)" }
    return RenderedFile("\(root)/\(path)", "ARGUMENTS=\"\\\n" + lines.joined(separator: " \\\n") + "\"\n")
  }

  func unit(below root: String) -> RenderedFile {
    let behind = ["network-online.target"] + requires + after
    var lines = ["[Unit]", "Description=\(name): \(summary)"]
    if !requires.isEmpty { lines.append("Requires=\(requires.joined(separator: " "))") }
    let wanted = ["network-online.target"] + after
    lines += [
      "Wants=\(wanted.joined(separator: " "))", "After=\(behind.joined(separator: " "))", "", "[Service]",
      "Type=\(type)", "EnvironmentFile=/\(path)", "ExecStart=/usr/bin/\(name) $ARGUMENTS", "Restart=always",
      "RestartSec=5s", "LimitNOFILE=1048576",
    ]
    // Pods outlive the kubelet.
    if name == "kubelet" { lines += ["KillMode=process", "Delegate=yes"] }
    lines += ["", "[Install]", "WantedBy=multi-user.target"]
    return RenderedFile("\(root)/etc/systemd/system/\(name).service", lines: lines)
  }
}
