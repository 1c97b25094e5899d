import Blueprint
import Catalog
import Checks
import Diagnostics
import Terminal

extension Context {
  /// What the cluster's files say, and everything that is wrong with them: first each file for itself, then, where
  /// those have no errors, all of it together.
  func loadCluster() throws(Exit) -> ClusterFile.LoadResult {
    var result = Catalog.loadCluster(
      try Directories.cluster(invocation.value("directory")), environment: invocation.value("environment"))
    if let blueprint = result.blueprint {
      result.diagnostics.append(contentsOf: Checks.check(blueprint, manifests: manifests))
    }
    return result
  }

  /// The cluster, for commands that need a file without errors.
  func loadBlueprint() throws(Exit) -> Blueprint {
    let result = try loadCluster()
    guard let blueprint = result.blueprint, !result.diagnostics.hasErrors else {
      let renderer = Renderer(sources: result.sources, colour: errorStyle.isColored)
      output.errorLine(renderer.render(result.diagnostics).trimmingLineBreak)
      throw Exit(.failure)
    }
    let warnings = result.diagnostics.count(.warning)
    if warnings > 0 {
      warn("the cluster file has \(warnings) warning\(warnings == 1 ? "" : "s"); 'croft check' shows them")
    }
    return blueprint
  }
}

extension String {
  /// Without the line break at its end.
  var trimmingLineBreak: String { hasSuffix("\n") ? String(dropLast()) : self }
}
