import YAML

extension Shape where Value == NodeSpec {
  static var node: Shape {
    section("a node") { reader in
      let name = reader.required("name", .located(.subdomain("the name of a node")))
      let role = reader.required("role", Shape<NodeSpec.Role>.choice)
      let addresses = reader.optional("addresses", .oneOrMany(.located(.address)))
      let labels = reader.optional("labels", .labels)
      let taints = reader.optional("taints", .list(.taint))
      let tags = reader.optional("tags", .list(.label("a tag")))
      guard let name, let role else { return nil }
      return NodeSpec(
        name: name.value, role: role, addresses: addresses ?? [], labels: labels ?? [:], taints: taints ?? [],
        tags: tags ?? [], span: name.span)
    }
  }
}
