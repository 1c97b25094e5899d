public import Blueprint
import Digest
public import Hosts
import Redaction
import Render

/// Keeps a k3d cluster on a host that has Docker: puts the unit and the script there that make, start and adopt it, and
/// runs them where the cluster is down or they changed. Nothing of the host is touched besides.
public struct BringUpK3d: Sendable {
  /// What is done, in order.
  public enum Step: Sendable, Equatable, CustomStringConvertible {
    case write(path: String, observed: String)
    case enable(unit: String)
    case start(unit: String)
    /// The unit runs; it does all of it again with the files that changed, and does not stop the cluster.
    case reload(unit: String)

    public var description: String {
      switch self {
      case .write(let path, let observed): "write \(path) (\(observed))"
      case .enable(let unit): "let \(unit) start with the machine"
      case .start(let unit): "start \(unit)"
      case .reload(let unit): "run \(unit) again"
      }
    }
  }

  let host: any Host
  let wanted: K3dHost

  /// `nil` where the cluster is none of k3d's.
  public init?(_ blueprint: Blueprint, on host: any Host) {
    guard let wanted = K3dHost(blueprint) else { return nil }
    self.wanted = wanted
    self.host = host
  }

  /// Where the kubeconfig is written on the host.
  public var kubeconfig: String { wanted.kubeconfig }

  /// What is missing. Nothing is changed.
  /// - Throws: `K3sProblem` where the host lacks a program or Docker does not run; `HostError`.
  public func plan() async throws -> [Step] {
    let result = try await host.run(observation)
    guard result.isSuccess else {
      throw K3sProblem(host.name, "it cannot be looked at: \(result.errors.lastLine)", fix: "run it again")
    }
    var digests: [String: String] = [:]
    var states: [String: String] = [:]
    var missing: [String] = []
    for line in result.text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      switch (words.first, words.count) {
      case ("missing", 2): missing.append(words[1])
      case ("state", 3): states[words[1]] = words[2]
      case ("digest", 3): digests[words[2]] = words[1]
      default: break
      }
    }
    if missing.contains("docker") || states["docker.service"] != "active" {
      throw K3sProblem(
        host.name, "Docker does not run there, and k3d is made of it",
        fix: "install it and let it start: 'systemctl enable --now docker'")
    }
    if let program = missing.first {
      throw K3sProblem(
        host.name, "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") not installed there",
        fix: program == "k3d" ? "install k3d: https://k3d.io/stable/#installation" : "install \(program)")
    }
    var steps: [Step] = []
    for file in wanted.files {
      guard digests[file.path] != SHA256.hex(file.bytes) else { continue }
      steps.append(.write(path: file.path, observed: digests[file.path] == nil ? "not there" : "has other content"))
    }
    let isChanged = !steps.isEmpty
    if states["enabled"] != "enabled" { steps.append(.enable(unit: wanted.unit)) }
    if states[wanted.unit] != "active" {
      steps.append(.start(unit: wanted.unit))
    } else if isChanged || states["cluster"] != "running" {
      steps.append(.reload(unit: wanted.unit))
    }
    return steps
  }

  /// Does what is missing, and looks again.
  public func run(_ steps: [Step], emit: @Sendable (Step) async -> Void) async throws {
    for step in steps {
      await emit(step)
      switch step {
      case .write(let path, _):
        guard let file = wanted.files.first(where: { $0.path == path }) else { continue }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
        try await script("mkdir -p \(ShellText.quoted(folder))", "making \(folder)")
        try await host.put(
          HostFile(path: path, content: Secret(file.bytes), mode: path.hasSuffix(".sh") ? 0o755 : 0o644))
      case .enable(let unit):
        try await script("systemctl daemon-reload\nsystemctl enable --quiet \(unit)", "enabling \(unit)")
      case .start(let unit): try await script("systemctl daemon-reload\nsystemctl start \(unit)", "starting \(unit)")
      case .reload(let unit): try await script("systemctl daemon-reload\nsystemctl reload \(unit)", "running \(unit)")
      }
    }
    if steps.isEmpty { return }
    if let step = try await plan().first {
      throw K3sProblem(
        host.name, "this is still missing: \(step)", fix: "see 'journalctl -u \(wanted.unit)' there")
    }
  }

  private func script(_ text: String, _ label: String) async throws {
    let result = try await host.run(
      HostScript("set -e\n\(text)", asRoot: true, timeout: .seconds(900), label: label))
    if result.isSuccess { return }
    let log = try await host.run(
      HostScript(
        "journalctl --unit=\(wanted.unit) --lines=3 --output=cat --no-pager", asRoot: true, label: "reading its log"))
    throw K3sProblem(
      host.name, "\(label) was not successful: \(log.isSuccess ? log.text.lastLine : result.errors.lastLine)",
      fix: "see 'journalctl -u \(wanted.unit)' there, mend it, and run the same command again")
  }

  /// The cluster counts as running where k3d says that its one server does. What k3d cannot say is not taken for down:
  /// the unit, which is run then, does not take it so either.
  private var observation: HostScript {
    let files = wanted.files.map { ShellText.quoted($0.path) }.joined(separator: " ")
    let name = String(wanted.unit.dropFirst("croft-k3d-".count).dropLast(".service".count))
    return HostScript(
      """
      for program in docker k3d jq kubectl git; do
        command -v "$program" >/dev/null || echo "missing $program"
      done
      for unit in docker.service \(wanted.unit); do
        echo "state $unit $(systemctl is-active "$unit")"
      done
      echo "state enabled $(systemctl is-enabled \(wanted.unit) 2>/dev/null)"
      for file in \(files); do
        if [ -f "$file" ]; then echo "digest $(sha256sum <"$file" | cut -d ' ' -f 1) $file"; fi
      done
      if command -v k3d >/dev/null && command -v jq >/dev/null; then
        k3d cluster list --output json 2>/dev/null | jq --raw-output --arg name \(ShellText.quoted(name)) \\
          '.[] | select(.name == $name) | if .serversRunning > 0 then "state cluster running" else "state cluster stopped" end'
      fi
      true
      """, asRoot: true, label: "looking at the host")
  }
}
