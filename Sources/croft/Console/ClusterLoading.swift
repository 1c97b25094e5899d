import Blueprint
import Catalog
import Checks
import Diagnostics
import Terminal

extension Context {
  /// What the cluster's files say, and everything that is wrong with them: first each file for itself, then, where
  /// those have no errors, all of it together.
  func loadCluster() throws(Exit) -> ClusterFile.LoadResult {
    load(try Directories.cluster(invocation.value("directory")), invocation.value("environment"))
  }

  /// The same, and, where no environment was chosen, what is wrong in each of them alone.
  func loadEveryEnvironment() throws(Exit) -> ClusterFile.LoadResult {
    var result = try loadCluster()
    if invocation.value("environment") != nil { return result }
    let folder = try Directories.cluster(invocation.value("directory"))
    let known = Array(result.diagnostics)
    var found: [(diagnostic: Diagnostic, environments: [String])] = []
    for name in result.environments {
      for diagnostic in load(folder, name).diagnostics where !known.contains(diagnostic) {
        if let index = found.firstIndex(where: { $0.diagnostic == diagnostic }) {
          found[index].environments.append(name)
        } else {
          found.append((diagnostic, [name]))
        }
      }
    }
    result.diagnostics.append(
      contentsOf: found.map { diagnostic, names in
        var diagnostic = diagnostic
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        diagnostic.message += " (in the environment\(names.count == 1 ? "" : "s") \(list))"
        return diagnostic
      })
    return result
  }

  private func load(_ folder: String, _ environment: String?) -> ClusterFile.LoadResult {
    var result = Catalog.loadCluster(folder, environment: environment)
    if let blueprint = result.blueprint {
      result.diagnostics.append(contentsOf: Checks.check(blueprint, manifests: manifests))
    }
    return result
  }

  /// What `platform` can name: the components of the catalogue and, where there is a cluster, those of its own.
  func componentKinds() throws(Exit) -> [ComponentKind] {
    let named = invocation.value("directory")
    let folder = named == nil ? try? Directories.cluster(nil) : try Directories.cluster(named)
    guard let folder else { return Catalog.componentKinds }
    let result = Catalog.loadCluster(folder)
    if !result.hasEveryComponent {
      warn("a component of your own has mistakes and is left out; 'croft check' shows them")
    }
    return Catalog.componentKinds + result.components
  }

  /// The cluster, for commands that need a file without errors.
  func loadBlueprint() throws(Exit) -> Blueprint {
    let result = try loadCluster()
    guard let blueprint = result.blueprint, !result.diagnostics.hasErrors else { throw refusal(of: result) }
    warn(of: result)
    return blueprint
  }

  /// The cluster, and what `work` makes of it while the rules look at it: for work that changes nothing.
  /// - Throws: `Exit` where the rules find an error, and the work is for nothing; else what the work threw.
  func loadBlueprint<Made: Sendable>(
    while work: @Sendable (Blueprint) async throws -> Made
  ) async throws -> Made {
    var result = Catalog.loadCluster(
      try Directories.cluster(invocation.value("directory")), environment: invocation.value("environment"))
    guard let blueprint = result.blueprint else { throw refusal(of: result) }
    async let diagnostics = Checks.check(blueprint, manifests: manifests)
    let made: Result<Made, any Error>
    do { made = .success(try await work(blueprint)) } catch { made = .failure(error) }
    result.diagnostics.append(contentsOf: await diagnostics)
    if result.diagnostics.hasErrors { throw refusal(of: result) }
    warn(of: result)
    return try made.get()
  }

  /// Shows what is wrong.
  private func refusal(of result: ClusterFile.LoadResult) -> Exit {
    let renderer = Renderer(sources: result.sources, colour: errorStyle.isColored)
    output.errorLine(renderer.render(result.diagnostics).trimmingLineBreak)
    return Exit(.failure)
  }

  private func warn(of result: ClusterFile.LoadResult) {
    let warnings = result.diagnostics.count(.warning)
    if warnings > 0 {
      warn("the cluster file has \(warnings) warning\(warnings == 1 ? "" : "s"); 'croft check' shows them")
    }
  }
}

extension String {
  /// Without the line break at its end.
  var trimmingLineBreak: String { hasSuffix("\n") ? String(dropLast()) : self }
}
