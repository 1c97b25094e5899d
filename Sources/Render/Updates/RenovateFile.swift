import Blueprint
import Catalog
import Diagnostics
import JSON

/// `renovate.json`: where in the cluster's files Renovate finds what is pinned, and where newer versions of it are.
/// https://docs.renovatebot.com/modules/manager/regex/
///
/// It is a preset: the repository's own renovate.json extends it, and is nobody's but the user's. What the patterns find
/// stands in one line, or in lines that follow each other.
struct RenovateFile {
  let blueprint: Blueprint

  var file: RenderedFile { RenderedFile("renovate.json", json.pretty + "\n") }

  var json: JSON {
    [
      "$schema": "https://docs.renovatebot.com/renovate-schema.json",
      "description": [.string("Versions in the files of the cluster \(blueprint.name)")],
      // What is made of these files changes with them.
      "ignorePaths": ["**/generated/**"], "customManagers": .array(managers),
    ]
  }

  private var managers: [JSON] {
    [
      manager(
        "Images of containers", datasource: "docker",
        pattern: "\\bimage:\(Self.gap)(?<depName>\(Self.word(without: ":@"))(?::\\d+/\(Self.word(without: ":@")))?)"
          + ":(?<currentValue>\(Self.word(without: "@")))(?:@(?<currentDigest>sha256:[a-f0-9]{64}))?"),
      manager(
        "Charts of repositories", datasource: "helm",
        pattern: "\\brepository:\(Self.gap)(?<registryUrl>https?://\(Self.word()))\(Self.next)name:\(Self.gap)"
          + "(?<depName>\(Self.word()))\(Self.next)version:\(Self.value)"),
      manager(
        "Charts of registries", datasource: "docker",
        pattern: "\\boci:\(Self.gap)oci://(?<depName>\(Self.word()))\(Self.next)version:\(Self.value)"),
    ] + components + kubernetes
  }

  // MARK: What the catalogue pins unless the file does

  private var components: [JSON] {
    var seen: Set<String> = []
    return blueprint.components.sorted { $0.name < $1.name }.compactMap { use in
      guard use.version != nil, seen.insert(use.name).inserted else { return nil }
      let name = use.name.replacing(".", with: "\\.")
      let pattern = "\\b\(name):\\s*(?:\\{[^{}]*?\\b)?version:\(Self.value)"
      switch blueprint.release(use.name)?.source {
      case .chart(.repository(let url, let chart, _, _)):
        return manager(
          "The chart of \(use.name)", datasource: "helm", pattern: pattern, name: chart, registry: url)
      case .chart(.oci(let url, _, _)):
        return manager(
          "The chart of \(use.name)", datasource: "docker", pattern: pattern, name: String(url.dropFirst(6)))
      case .image(let workload):
        // Without tag and digest.
        let image = workload.image.split(separator: "@")[0]
        let path = image.split(separator: "/", omittingEmptySubsequences: false)
        let last = path[path.count - 1].prefix { $0 != ":" }
        let name = (path.dropLast().map(String.init) + [String(last)]).joined(separator: "/")
        return manager("The image of \(use.name)", datasource: "docker", pattern: pattern, name: name)
      default: return nil
      }
    }
  }

  private var kubernetes: [JSON] {
    guard let spec = blueprint.kubernetes else { return [] }
    var managers: [JSON] = []
    if spec.version != nil {
      switch spec.distribution {
      case .k3s, .k3d:
        managers.append(
          manager(
            "k3s", datasource: "github-releases", pattern: "\\bversion:\(Self.gap)(?<currentValue>v[\\d.]+\\+k3s\\d+)",
            name: "k3s-io/k3s",
            versioning: "regex:^v(?<major>\\d+)\\.(?<minor>\\d+)\\.(?<patch>\\d+)\\+k3s(?<build>\\d+)$"))
      case .talos, .upstream:
        managers.append(
          manager(
            "Kubernetes", datasource: "github-releases",
            pattern: "\\bdistribution:\(Self.gap)\(spec.distribution.rawValue)\(Self.next)version:\(Self.value)",
            name: "kubernetes/kubernetes"))
      }
    }
    if spec.talos?.version != nil {
      managers.append(
        manager(
          "Talos", datasource: "github-releases", pattern: "\\btalos:\\s*(?:\\{\\s*)?version:\(Self.value)",
          name: "siderolabs/talos"))
    }
    return managers
  }

  // MARK: Patterns

  /// Between a key and its value.
  private static let gap = "\\s*[\"']?"
  /// Between a value and the next key, on its line or on the next one.
  private static let next = "[\"']?[\\s,]+"
  private static let value = "\(gap)(?<currentValue>\(word()))"

  /// A value without quotes, as far as it goes.
  private static func word(without more: String = "") -> String { "[^\\s\"',{}\(more)]+" }

  private func manager(
    _ description: String, datasource: String, pattern: String, name: String? = nil, registry: String? = nil,
    versioning: String? = nil
  ) -> JSON {
    var manager: JSON = [
      "customType": "regex", "description": [.string(description)],
      "managerFilePatterns": ["/(^|/)(cluster|nodes)\\.ya?ml$/", "/(^|/)apps/.+\\.ya?ml$/"],
      "matchStrings": [.string(pattern)], "datasourceTemplate": .string(datasource),
    ]
    if let name { manager["depNameTemplate"] = .string(name) }
    if let registry { manager["registryUrlTemplate"] = .string(registry) }
    if let versioning { manager["versioningTemplate"] = .string(versioning) }
    return manager
  }
}
