package import JSON

/// The page of every key, in Markdown.
package enum ReferencePage {
  /// - Parameters:
  ///   - schema: of a cluster file.
  ///   - component: of the file of a component of the user's own.
  package static func markdown(_ schema: JSON, component: JSON) -> String {
    let root = SchemaKey(root: schema)
    var page = introduction
    page += section("The file", root, keys: root.keys)
    for key in root.keys where !["platform", "apps", "environments"].contains(key.name) {
      page += sections(of: key, level: 2)
    }
    if let release = root.key(at: "apps.*") {
      page += section("Releases: `apps.*` and `platform.*`", release, keys: release.keys)
      for key in release.keys { page += sections(of: key, level: 3, below: "apps.*.") }
    }
    page += components(root)
    let own = SchemaKey(root: component)
    page += section("Components of your own: `components/*.yaml`", own, keys: own.keys)
    for key in own.keys { page += sections(of: key, level: 3) }
    return page
  }

  private static let introduction = """
    # Reference

    Every key that a cluster file can have, as `croft schema` knows it. [cluster-file.md](cluster-file.md) explains \
    them with examples; `croft explain KEY` shows one of them. This page is made by `croft schema --markdown`.

    `*` stands for a name of your own. Where a key takes a list, the keys below it are those of each element. A key \
    without a default is absent by default.

    """

  /// A heading and the keys of one mapping.
  private static func section(_ title: String, _ key: SchemaKey, keys: [SchemaKey], level: Int = 2) -> String {
    var text = "\n\(String(repeating: "#", count: level)) \(title)\n\n"
    for group in key.oneNeeded where group.count > 1 {
      text += "Needs one of \(group.map { "`\($0)`" }.joined(separator: ", ")).\n\n"
    }
    text += "| key | value | default | meaning |\n|---|---|---|---|\n"
    for key in keys {
      var about = key.about
      if !key.beside.isEmpty { about += " With \(key.beside.map { "`\($0)`" }.joined(separator: " and "))." }
      text += "| `\(key.name)` | \(cell(key.value)) | \(byDefault(key)) | \(cell(about)) |\n"
    }
    return text
  }

  /// The section of a key and those of the keys below it, where these are mappings.
  private static func sections(of key: SchemaKey, level: Int, below prefix: String = "") -> String {
    let keys = key.keys
    // Of a mapping by names, the entries are what there is to say.
    if keys.map(\.name) == ["*"] { return sections(of: keys[0], level: level, below: prefix) }
    if keys.isEmpty { return "" }
    let title = "`\(key.path.dropFirst(prefix.count))`"
    return section(title, key, keys: keys, level: level)
      + keys.map { sections(of: $0, level: min(level + 1, 4), below: prefix) }.joined()
  }

  private static func components(_ root: SchemaKey) -> String {
    let components = root.key(at: "platform")?.keys.filter { $0.name != "*" } ?? []
    if components.isEmpty { return "" }
    let common = components[0].keys.filter(\.isOfEveryRelease).map { "`\($0.name)`" }.joined(separator: ", ")
    var text = """

      ## Components: `platform`

      Every component has these keys of [releases](#releases-apps-and-platform), laid over what the catalogue says: \
      \(common). And these:

      | key | value | default | meaning |
      |---|---|---|---|
      | `component` | the name of a component |  | Which component this is, where it goes by another name. |
      | `version` | a version such as 1.28.0 |  | Another version of the chart than the catalogue's. |

      """
    for component in components {
      let own = component.keys.filter { !$0.isOfEveryRelease && !["component", "version"].contains($0.name) }
      text += "\n### `\(component.name)`\n\n\(component.about)\n"
      if own.isEmpty { continue }
      text += section("", component, keys: own).drop { $0 != "|" }.withBlankLine
      for key in own { text += sections(of: key, level: 4, below: "platform.") }
    }
    return text
  }

  private static func byDefault(_ key: SchemaKey) -> String {
    if key.isRequired { return "**required**" }
    guard let value = key.byDefault else { return "" }
    return "`\(value.string ?? value.text)`"
  }

  /// Text that does not end its cell.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

extension Substring {
  fileprivate var withBlankLine: String { "\n" + self }
}
