import Blueprint
import Provision

extension Context {
  /// The machines that the command line names, by their names or as `@tag`; all of them where it names none.
  func selectedNodes(_ words: [String], of blueprint: Blueprint) throws(Exit) -> [NodeSpec] {
    if blueprint.nodes.isEmpty { throw Exit(.failure, "the cluster file has no nodes") }
    if words.isEmpty { return blueprint.nodes }
    var chosen: Set<String> = []
    for word in words {
      let found = blueprint.nodes.filter {
        word.hasPrefix("@") ? $0.tags.contains(String(word.dropFirst())) : $0.name == word
      }
      if found.isEmpty {
        let known = blueprint.nodes.map(\.name) + Set(blueprint.nodes.flatMap(\.tags)).sorted().map { "@\($0)" }
        throw Exit(.usage, "there is no node '\(word)'; there are \(known.joined(separator: ", "))")
      }
      chosen.formUnion(found.map(\.name))
    }
    return blueprint.nodes.filter { chosen.contains($0.name) }
  }

  /// The stages that `--tags` and `--skip-tags` leave.
  func selectedStages(_ all: Set<NodeStage>) throws(Exit) -> Set<NodeStage> {
    func stages(_ option: String) throws(Exit) -> Set<NodeStage> {
      var stages: Set<NodeStage> = []
      for word in invocation.list(option) {
        guard let stage = NodeStage(rawValue: word) else { throw Exit(.usage, "there is no stage '\(word)'") }
        stages.insert(stage)
      }
      return stages
    }
    let wanted = try stages("tags")
    return (wanted.isEmpty ? all : wanted).subtracting(try stages("skip-tags"))
  }
}

/// Options of the commands that work on machines.
enum MachineOptions {
  private static let stages = ValueKind.choice(NodeStage.allCases.map(\.rawValue))
  static let nodes = ArgumentSpec(label: "NODE", kind: .nodes, arity: .any, help: "machines, or @tag (default: all)")
  static let selection: [OptionSpec] = [
    .list("tags", "t", "STAGE", stages, "only these stages"),
    .list("skip-tags", nil, "STAGE", stages, "not these stages"),
  ]
}
