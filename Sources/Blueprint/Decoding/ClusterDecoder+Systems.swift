import Diagnostics
import YAML

// What a node runs follows from the distribution, which stands elsewhere in the file.

extension ClusterDecoder {
  /// Reports nodes whose operating system cannot carry the distribution, and keys that have no meaning on the one that
  /// follows from it.
  func checkSystems(_ distribution: KubernetesSpec.Distribution?) {
    guard let distribution, let given = place(of: "distribution") else { return }
    let isTalos = distribution == .talos
    for node in documents.flatMap({ $0["nodes"]?.elements ?? [] }) {
      guard let system = node.entry("os") else {
        for key in isTalos ? ["persist"] : ["talos", "persist"] {
          node.entry(key).map { refuse($0, on: isTalos ? "talos" : "debian", at: given) }
        }
        continue
      }
      guard let word = NodeSpec.OperatingSystem(rawValue: system.value.scalar?.text ?? "") else { continue }
      if (word == .talos) != isTalos {
        problems.report(
          "CR0217", "'os: \(word.rawValue)' and 'distribution: \(distribution.rawValue)' exclude each other",
          at: system.value.span, related: [.init("the distribution is given here", at: given)],
          fix: isTalos
            ? "remove 'os': with this distribution it is talos" : "write 'distribution: talos', or another 'os'")
      }
    }
  }

  private func refuse(_ entry: Node.Entry, on system: String, at given: SourceSpan) {
    problems.report(
      "CR0216", "'\(entry.key)' has no meaning on \(system), which this node runs", at: entry.keySpan,
      related: [.init("it follows from the distribution", at: given)],
      fix: entry.key == "persist" && system == "debian"
        ? "add 'os: nixos', or remove 'persist'" : "remove '\(entry.key)'")
  }

  private func place(of key: String) -> SourceSpan? {
    documents.lazy.compactMap { $0["kubernetes"]?.entry(key)?.keySpan }.first
  }
}

extension Node {
  fileprivate func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }
}
