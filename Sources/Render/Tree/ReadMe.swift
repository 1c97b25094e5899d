import Blueprint
import Catalog
import Diagnostics

/// `README.md` of the generated tree: what is where, and a picture of the cluster.
struct ReadMe {
  let blueprint: Blueprint
  let graph: ReleaseGraph
  let files: [RenderedFile]

  var file: RenderedFile {
    var lines = [
      "# \(blueprint.name)", "",
      "This folder is made by `croft render` from `cluster.yaml`. What is edited here is lost: edit the cluster file, and "
        + "run `croft render` again.", "", "```mermaid", "graph TD",
    ]
    lines += picture.map { "  " + $0 }
    lines += ["```", "", "| folder | files |", "|---|---|"]
    var folders: [Substring: Int] = [:]
    for file in files {
      if let slash = file.path.firstIndex(of: "/") { folders[file.path[..<slash], default: 0] += 1 }
    }
    for (folder, count) in folders.sorted(by: { $0.key < $1.key }) { lines.append("| `\(folder)/` | \(count) |") }
    lines += secrets
    return RenderedFile("README.md", lines: lines)
  }

  /// Every Secret that somebody has to provide, where it is used and what for.
  private var secrets: [String] {
    var uses: [String: (namespaces: Set<String>, keys: Set<String>, reasons: [String])] = [:]
    for release in blueprint.releases {
      for secret in release.usedSecrets {
        var use = uses[secret.name] ?? ([], [], [])
        use.namespaces.insert(secret.namespace)
        let needs = release.secretNeeds.filter { $0.name == secret.name }
        use.keys.formUnion(needs.flatMap(\.keys))
        for reason in needs.map(\.reason) + (needs.isEmpty ? ["used by '\(release.name)'"] : [])
        where !use.reasons.contains(reason) { use.reasons.append(reason) }
        uses[secret.name] = use
      }
    }
    if uses.isEmpty { return [] }
    for (name, namespaces) in blueprint.secretUses { uses[name]?.namespaces.formUnion(namespaces) }
    return [
      "", "## Secrets", "", "What these hold is not in this tree as plain text. Somebody has to provide them:", "",
      "| Secret | namespaces | keys | for |", "|---|---|---|---|",
    ]
      + uses.sorted { $0.key < $1.key }.map { name, use in
        let keys = use.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
        let namespaces = use.namespaces.sorted().joined(separator: ", ")
        return "| `\(name)` | \(namespaces) | \(keys) | \(use.reasons.joined(separator: "; ")) |"
      }
  }

  private var picture: [String] {
    var lines = ["subgraph machines"]
    for (index, node) in blueprint.nodes.enumerated() {
      let address = node.addresses.first.map { "<br/>\($0.value)" } ?? ""
      lines.append("  n\(index)[\"\(node.name)\(address)\"]")
    }
    lines.append("end")
    if let vip = blueprint.network.controlPlaneVIP { lines.append("vip((\"\(vip.value)\")) --> machines") }
    var previous: String?
    for (index, layer) in graph.layers.enumerated() where !layer.isEmpty {
      lines.append("subgraph layer\(index) [\"\(graph.layerNames[index])\"]")
      lines += layer.map { "  r_\(String($0.map { $0 == "-" ? "_" : $0 }))[\"\($0)\"]" }
      lines.append("end")
      if let previous {
        lines.append("\(previous) --> layer\(index)")
      } else {
        lines.append("machines --> layer\(index)")
      }
      previous = "layer\(index)"
    }
    return lines
  }
}
