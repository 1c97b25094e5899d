import Blueprint
import JSON
import Kubernetes
import Rollout
import Terminal

/// `croft delete`
enum DeleteCommand: Subcommand {
  static let spec = CommandSpec(
    name: "delete", summary: "take releases out of the cluster",
    discussion: """
      Deletes what croft has made for these releases, dependents first. What holds data stays: volume claims, \
      namespaces and custom resource definitions go only with --include-data CLUSTER. Objects of others are never touched.
      """,
    arguments: [.init(label: "RELEASE", kind: .releases, arity: .any, help: "the releases to delete")],
    options: [
      .flag("all", nil, "every release that is in the cluster"),
      .value(
        "include-data", nil, "CLUSTER", .text,
        "delete volume claims, namespaces and definitions as well, and with them their data; "
          + "CLUSTER is the cluster's name, written out"),
      .flag("yes", "y", "do not ask"),
      RolloutOptions.chartMirror,
    ],
    examples: [
      .init("croft delete paperless", "shows what would be deleted, asks, and does it"),
      .init("croft delete --all --yes", "empties the cluster but for data, without a question"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let names = context.invocation.arguments
    guard names.isEmpty == context.invocation.has("all") else {
      throw UsageError(message: "'croft delete' needs names of releases or --all, one of the two", command: spec.name)
    }
    let blueprint = try context.loadBlueprint()
    let dataOf = context.invocation.value("include-data")
    if let dataOf, dataOf != blueprint.name {
      throw UsageError(
        message: "--include-data deletes data for good, so it wants the cluster's name: "
          + "this is '\(blueprint.name)', not '\(dataOf)'", command: spec.name)
    }
    let options = Delete.Options(includingData: dataOf != nil)
    return try await context.withCluster { environment in
      if !context.invocation.has("yes") {
        try await Consent.require(context, flag: "--yes") {
          let previews = try await Delete(blueprint, in: environment, options: options).preview(names)
          for line in previews.flatMap({ lines($0, context) }) { context.output.line(line) }
          return "Delete this from \(blueprint.name)?"
        }
      }
      let journal = try await Journal(path: Directories(environment: context.environment).journal)
      return try await context.show(.delete, cluster: blueprint.name) { stop, sink in
        try await Delete(blueprint, in: environment, options: options, journal: journal, stop: stop, sink: sink)
          .run(names)
      }
    }
  }

  private static func lines(_ preview: Delete.Preview, _ context: Context) -> [String] {
    var lines = [context.style(preview.release, .bold)]
    lines += preview.deleted.map { context.style("  - \($0)", .red) }
    lines += preview.kept.map { "  = \($0.object)  (stays: \($0.reason))" }
    if !preview.dependents.isEmpty {
      lines.append(context.style("  ! \(preview.dependents.joined(separator: ", ")) need it", .yellow))
    }
    return lines
  }
}
