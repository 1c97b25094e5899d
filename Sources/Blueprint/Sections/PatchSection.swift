import JSON
import YAML

extension Shape where Value == ObjectPatch {
  /// `{target, merge}` or `{target, operations}`.
  static var patch: Shape {
    section("a patch") { reader in
      let target = reader.required("target", .target, "The objects that are changed: all that match.")
      let merge = reader.optional("merge", .object, "Laid over the object (RFC 7396); null takes a key away.")
      let operations = reader.optional("operations", .list(.operation), "Steps that change the object (RFC 6902).")
      let choice = reader.choose(among: ["merge", "operations"])
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            ["merge", "operations"], code: "CR0203", "a patch needs 'merge' or 'operations'", at: reader.span,
            fix: "add 'merge:' with what to lay over the object, or 'operations:' with a list of {op, path, value}")
        }
        return nil
      }
      guard let target else { return nil }
      let change: ObjectPatch.Change? = given == "merge" ? merge.map { .merge($0) } : operations.map { .operations($0) }
      return change.map { ObjectPatch(target: target, change: $0, span: reader.span) }
    }
  }
}

extension Shape where Value == ObjectPatch.Target {
  fileprivate static var target: Shape {
    section("the target of a patch") { reader in
      let kind = reader.optional("kind", .kind, "Objects of this kind.")
      let name = reader.optional("name", .filled("the name of an object"), "Objects of this name.")
      let namespace = reader.optional("namespace", .label("a namespace"), "Objects of this namespace.")
      guard !reader.isEmpty else {
        reader.problems.report(
          "CR0203", "the target of a patch needs 'kind', 'name' or 'namespace'", at: reader.span,
          fix: "name what to patch, such as {kind: Deployment, name: web}")
        return nil
      }
      return ObjectPatch.Target(kind: kind, name: name, namespace: namespace)
    }
  }
}

extension Shape where Value == JSON {
  /// One operation of RFC 6902.
  fileprivate static var operation: Shape {
    section("an operation") { reader in
      let operation = reader.required(
        "op", .word(["add", "remove", "replace", "move", "copy", "test"]), "What is done.")
      let path = reader.required("path", .pointer, "Where it is done.")
      let from = reader.optional("from", .pointer, "Where the value of move and copy is taken from.")
      let value = reader.optional("value", .anything, "The value of add, replace and test.")
      reader.need(["value"], where: "op", is: operation, in: ["add", "replace", "test"])
      reader.need(["from"], where: "op", is: operation, in: ["move", "copy"])
      reader.refuse(
        ["from"], where: "op", is: operation, in: ["add", "replace", "test"], because: "only 'move' and 'copy' take it")
      reader.refuse(
        ["value"], where: "op", is: operation, in: ["move", "copy"], because: "it takes the value that is there")
      reader.refuse(["from", "value"], where: "op", is: operation, in: ["remove"], because: "it takes a path only")
      guard let operation, let path else { return nil }
      var members = JSONObject([.init("op", .string(operation)), .init("path", .string(path))])
      switch operation {
      case "add", "replace", "test":
        guard let value else { return nil }
        members.append("value", value)
      case "move", "copy":
        guard let from else { return nil }
        members.append("from", .string(from))
      default: break
      }
      return .object(members)
    }
  }
}

extension Shape where Value == String {
  /// A JSON pointer (RFC 6901).
  fileprivate static var pointer: Shape {
    scalar("a path such as /spec/replicas", schema: Schema.words(matching: "^(/([^~]|~[01])*)?$")) {
      text throws(Fault) in
      let escapes = text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
      guard text.isEmpty || text.hasPrefix("/"), escapes.allSatisfy({ $0.hasPrefix("0") || $0.hasPrefix("1") }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a path into an object (RFC 6901)",
          fix: "write it with '/' before each name, such as /spec/replicas; '~1' stands for a '/' in a name")
      }
      return text
    }
  }
}
