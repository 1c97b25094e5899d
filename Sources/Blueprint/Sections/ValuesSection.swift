import JSON
import YAML

extension Shape where Value == ValuesReference {
  /// `{file}`, `{secret, key, path, optional}` or `{configMap, key, path, optional}`.
  static var values: Shape {
    section("an entry of valuesFrom") { reader in
      let file = reader.optional("file", .path("a file of values"), "A YAML file of values.")
      let secret = reader.optional(
        "secret", .subdomain("the name of a Secret"), "A Secret of the release's namespace.")
      let configMap = reader.optional(
        "configMap", .subdomain("the name of a ConfigMap"), "A ConfigMap of the release's namespace.")
      let key = reader.optional("key", .dataKey, "The key in it.")
      let path = reader.optional(
        "path", .valuePath, "Where the text goes among the values. By default it is a document of values itself.")
      let optional = reader.optional("optional", .truth, "Whether to do without where it is missing.", byDefault: false)
      let places = ["file", "secret", "configMap"]
      let choice = reader.choose(among: places, code: "CR0215")
      reader.refuse(["key", "path", "optional"], besides: "file", because: "a file is a document of values as it is")
      reader.need(["key"], besides: "secret")
      reader.need(["key"], besides: "configMap")
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            places, code: "CR0215", "the values come from nowhere", at: reader.span,
            fix: "add 'file:', 'secret:' with 'key:', or 'configMap:' with 'key:'")
        }
        return nil
      }
      if given == "file" { return file.map { .file($0, span: reader.span) } }
      guard let name = secret ?? configMap, let key else { return nil }
      return .object(
        kind: given == "secret" ? .secret : .configMap, name: name, key: key, path: path, optional: optional ?? false,
        span: reader.span)
    }
  }
}

extension Shape where Value == String {
  /// A key of a Secret or ConfigMap.
  package static var dataKey: Shape {
    scalar(
      "a key of letters, digits, '-', '_' and '.'", schema: Schema.pattern("^[-A-Za-z0-9_.]+$", longest: 253)
    ) { text throws(Fault) in
      guard (1...253).contains(text.utf8.count),
        text.utf8.allSatisfy({ Name.isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) })
      else {
        throw Fault(
          code: "CR0206", message: "'\(text.shortened)' is not a key of a Secret or ConfigMap",
          fix: "a key has at most 253 letters, digits, '-', '_' and '.'")
      }
      return text
    }
  }

  /// `auth.password`: the names on the way to one value.
  fileprivate static var valuePath: Shape {
    scalar("the path of a value such as auth.password", schema: Schema.pattern("^[^.]+(\\.[^.]+)*$")) {
      text throws(Fault) in
      guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the path of a value",
          fix: "write the names on the way to it with dots between them, such as auth.password")
      }
      return text
    }
  }
}
