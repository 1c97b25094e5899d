import Blueprint
import Catalog
import JSON
import Process
import Testing

@testable import croft

@Suite(.timeLimit(.minutes(5)))
struct SchemaCommandTests {
  @Test func printsTheSchemaOfThisCatalogue() async throws {
    let output = try await croft("schema")
    #expect(output.status == .exited(0))
    #expect(output.errorText.isEmpty)
    let schema = try JSON(parsing: output.text)
    #expect(schema == ClusterFile.schema(components: componentKinds))
    #expect(schema["required"] == ["apiVersion", "kind", "name"])
    for kind in componentKinds {
      #expect(schema[path: "properties", "platform", "properties", kind.name] != nil)
    }
  }

  @Test func aPartNeedsNoHead() async throws {
    let part = try JSON(parsing: try await croft("schema", "--part").text)
    #expect(part == ClusterFile.schema(of: .more, components: componentKinds))
    #expect(part["required"] == nil)
    #expect(part["$id"] != ClusterFile.schema()["$id"])
  }

  @Test func printsTheReference() async throws {
    let page = try await croft("schema", "--markdown").text
    let schema = ClusterFile.schema(components: componentKinds)
    #expect(page == ReferencePage.markdown(schema, component: OwnComponent.schema))
  }

  // MARK: Components of the user's own

  private static let component = """
    apiVersion: croft.dev/v1alpha1
    kind: Component
    name: start-page
    summary: A page with links.
    objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: "${name}"}}]
    options:
      theme: {type: string, enum: [light, dark], default: light, description: Its colours.}

    """
  private static let cluster = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    platform: {start-page: {theme: drak}}

    """

  @Test func knowsTheComponentsOfTheCluster() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(Self.cluster, to: "cluster.yaml")
      try folder.write(Self.component, to: "components/start-page.yaml")
      let schema = try JSON(parsing: try await croft("schema", directory: folder.path).text)
      #expect(schema[path: "$defs", "component-start-page", "properties", "theme", "enum"] == ["light", "dark"])
      let key = try await croft("explain", "platform.start-page.theme", "-C", folder.path)
      #expect(key.text.hasPrefix("platform.start-page.theme\n\nIts colours.\n"), "\(key.errorText)")
      let offered = try await croft("__complete", "zsh", "--", "-C", folder.path, "explain", "platform.start")
      #expect(offered.text == "platform.start-page\tA page with links.\n")
      let check = try await croft("check", directory: folder.path)
      #expect(check.text.contains("cluster.yaml:4:32: error[CR0205]: expected 'light' or 'dark', found 'drak'"))

      try folder.write(Self.component + "sise: 1\n", to: "components/start-page.yaml")
      let wrong = try await croft("check", directory: folder.path)
      #expect(wrong.text.contains("components/start-page.yaml:8:1: error[CR0202]: a component has no key 'sise'"))
      #expect(wrong.text.hasSuffix("\n1 error\n"), "what follows from it is not said: \(wrong.text)")
      let partly = try await croft("schema", directory: folder.path)
      #expect(partly.isSuccess && partly.errorText.contains("a component of your own has mistakes"))
    }
  }

  @Test func printsTheSchemaOfAComponent() async throws {
    #expect(try JSON(parsing: try await croft("schema", "--component").text) == OwnComponent.schema)
    #expect(try await croft("explain", "component").text.hasPrefix("component\n"))
    let option = try await croft("explain", "component.options.size.default")
    #expect(option.text.hasPrefix("options.*.default\n"), "\(option.errorText)")
    #expect(try await croft("explain", "component.optoins").errorText.contains("did you mean 'component.options'?"))
  }
}
