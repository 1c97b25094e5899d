import Diagnostics
import JSON
package import YAML

/// What a user says of one catalogue component; the catalogue's own type holds it.
package protocol ComponentOptions: Sendable {}

/// A kind of component that the cluster file can name under `platform`.
package struct ComponentKind: Sendable {
  package let name: String
  /// A sentence for editors and the reference.
  package let summary: String
  /// Where it lives, unless the file says otherwise.
  package let namespace: String
  /// Reads the component's own keys, and only those.
  package let options: @Sendable (inout MappingReader) -> (any ComponentOptions)?
  /// Whether it is known what can be said of it: not of one whose file has mistakes, which are reported there.
  let isKnown: Bool

  package init(
    _ name: String, _ summary: String, namespace: String? = nil,
    _ options: @escaping @Sendable (inout MappingReader) -> (any ComponentOptions)?
  ) {
    self.name = name
    self.summary = summary
    self.namespace = namespace ?? name
    self.options = options
    isKnown = true
  }

  init(unknown name: String) {
    self.name = name
    summary = ""
    namespace = name
    options = { _ in nil }
    isKnown = false
  }
}

extension ComponentKind {
  /// Reads a document that describes a component of the user's own; `nil`, with problems noted, where it is wrong.
  package typealias Reader = @Sendable (Node, Problems) -> ComponentKind?

  /// The keys that an entry of `platform` can have whatever it is: no option can go by such a name.
  package static var commonKeys: Set<String> {
    let none = ComponentKind("", "") { _ in nil }
    let schema = Shape<ComponentUse>.component("", at: .nowhere, none).schema()
    return Set((schema["properties"]?.object?.keys ?? []) + MappingReader.sources)
  }
}

/// One component of the platform, as the file asks for it: its own options, and what can be said of every release.
package struct ComponentUse: Sendable {
  /// The release's name: the component's, unless there are several of it.
  package var name: String
  /// Which component it is.
  package var component: String
  package var options: any ComponentOptions
  /// Another version of the chart than the catalogue's.
  package var version: Located<String>?
  /// The namespace, where the file gives one.
  package var namespace: NamespaceSpec?
  /// What is said of it as of any release. Its source is empty: the catalogue makes it.
  package var release: Release
}
