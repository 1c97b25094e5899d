import Blueprint
import Catalog
import JSON
import Process
import Testing

@testable import croft

@Suite(.timeLimit(.minutes(2)))
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
    #expect(page == ReferencePage.markdown(ClusterFile.schema(components: componentKinds)))
  }
}
