import Blueprint
import JSON
import Render
import Secrets

/// What the commands around Talos share.
enum TalosWork {
  /// What is rendered, and the names of the nodes.
  static func tree(_ context: Context) throws -> (tree: TalosTree, nodes: [String]) {
    let blueprint = try context.loadBlueprint()
    guard let tree = TalosTree(blueprint) else {
      throw Exit(
        .failure,
        "the cluster's distribution is \(blueprint.kubernetes?.distribution.rawValue ?? "not given"); these commands are "
          + "for 'distribution: talos'")
    }
    return (tree, blueprint.nodes.map(\.name))
  }

  static func secrets(_ context: Context) async throws -> TalosSecrets {
    let work = SecretsWork(context)
    let file = try work.file(TalosSecrets.name)
    guard try FileContent.readIfThere(file.path) != nil else {
      throw Exit(.failure, "\(file.path) is not there; 'croft talos secrets' makes it, once in the cluster's life")
    }
    return try TalosSecrets(try await file.read().open(with: work.keyring()))
  }

  static func show(_ text: String, as name: String, _ context: Context) {
    if context.format == .json {
      let answer = JSON.object(JSONObject([.init(name, .string(text))]))
      context.output.line(answer.text)
    } else {
      context.output.plain(Array(text.utf8))
    }
  }
}
