import Blueprint

/// The unit of systemd that runs k3s on one machine. k3s tells systemd when a server is ready; an agent is run plainly.
/// Containers outlive a restart of it (KillMode=process), so restarting k3s does not stop anybody's pods:
/// https://docs.k3s.io/upgrades/killall
package struct K3sService {
  package let isServer: Bool
  /// The files that k3s reads when it starts.
  let files: [String]

  package static let program = "/usr/local/bin/k3s"
  /// Which version and which files the running k3s was started with: one line with the version, then those of sha256sum.
  package static let startedWith = "/run/croft-k3s"

  package static func name(isServer: Bool) -> String { isServer ? "k3s.service" : "k3s-agent.service" }
  package static func path(isServer: Bool) -> String { "/etc/systemd/system/\(name(isServer: isServer))" }

  func file(below root: String) -> RenderedFile {
    let verb = isServer ? "server" : "agent"
    let note =
      "exec >\(Self.startedWith); \(Self.program) --version | head -n 1 | cut -d ' ' -f 3; sha256sum "
      + files.sorted().joined(separator: " ")
    return RenderedFile(
      root + Self.path(isServer: isServer),
      lines: [
        "[Unit]", "Description=Lightweight Kubernetes (\(verb))", "Documentation=https://docs.k3s.io",
        "Wants=network-online.target", "After=network-online.target time-sync.target", "",
        "[Service]", "Type=\(isServer ? "notify" : "exec")",
        "EnvironmentFile=-/etc/default/%N",
        "KillMode=process", "Delegate=yes", "LimitNOFILE=1048576", "LimitNPROC=infinity", "LimitCORE=infinity",
        "TasksMax=infinity",
        // A start may take long where images are pulled first; k3s ends by itself where it cannot go on.
        "TimeoutStartSec=0", "Restart=always", "RestartSec=5s",
        "ExecStartPre=-/sbin/modprobe br_netfilter", "ExecStartPre=-/sbin/modprobe overlay",
        "# What this start reads: 'croft up' restarts k3s only where that changed since.",
        "ExecStartPre=-/bin/sh -c \"\(note)\"",
        "ExecStart=\(Self.program) \(verb)", "",
        "[Install]", "WantedBy=multi-user.target",
      ])
  }
}
