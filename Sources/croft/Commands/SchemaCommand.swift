import Blueprint
import Catalog
import JSON

/// `croft schema`
enum SchemaCommand: Subcommand {
  static let spec = CommandSpec(
    name: "schema", summary: "print the JSON Schema of the cluster file, for editors",
    discussion: """
      Prints what can stand in a cluster file as JSON Schema 2020-12: keys, kinds of values, defaults and what each is \
      for. Editors complete, explain and check by it while you write. It is the schema of this version of croft, with \
      its catalogue, and in a cluster's folder with the components of its own; make it anew after an update.
      """,
    options: [
      .flag("component", nil, "the schema of a component of your own, components/*.yaml"),
      .flag("markdown", nil, "the page of every key instead, as docs/reference.md has it"),
      .flag("part", nil, "the schema of nodes.yaml, apps/**/*.yaml and included files, where no key must be there"),
    ],
    examples: [
      .init(
        "croft schema > cluster.schema.json",
        "then let cluster.yaml start with: # yaml-language-server: $schema=cluster.schema.json"),
      .init("croft schema --part > part.schema.json", "the same for nodes.yaml and the files below apps/"),
    ])

  static func run(_ context: Context) throws -> ExitCode {
    if context.invocation.has("component") {
      context.output.line(OwnComponent.schema.pretty)
      return .success
    }
    let schema = ClusterFile.schema(
      of: context.invocation.has("part") ? .more : .main, components: try context.componentKinds())
    if context.invocation.has("markdown") {
      context.output.write(ReferencePage.markdown(schema, component: OwnComponent.schema))
    } else {
      context.output.line(schema.pretty)
    }
    return .success
  }
}
