import Blueprint
import Diagnostics
import JSON

/// An object that a release is known to make, from its manifests or because Croft generates it.
struct KnownObject: Sendable {
  /// `apps/v1`
  let apiVersion: String
  let kind: String
  /// The kind as in addresses of the API: `certificate`, and `certificates`.
  let singular: String
  let plural: String
  /// `cert-manager.io`; empty for the kinds of `v1`.
  let group: String
  /// Whether the kind is one of Kubernetes' own, which no operator turns into further objects of other names.
  let isBuiltIn: Bool
  /// `nil` for kinds that stand in no namespace.
  let namespace: String?
  let name: String
  /// The name of the release that makes it.
  var release: String
  /// Where it is written or its file is named; else where the release is.
  var span: SourceSpan
  var json: JSON
  /// Whether Croft makes it of what the release asks for; else the user has written it.
  var isGenerated: Bool

  init?(_ json: JSON, release: Release, span: SourceSpan) {
    guard let kind = json["kind"]?.string, let name = json[path: "metadata", "name"]?.string else { return nil }
    self.kind = kind
    self.name = name
    self.json = json
    self.span = span
    isGenerated = span == release.span
    self.release = release.name
    apiVersion = json["apiVersion"]?.string ?? ""
    group = apiVersion.split(separator: "/").dropLast().first.map(String.init) ?? ""
    isBuiltIn = !group.utf8.contains(0x2E) || group.hasSuffix(".k8s.io")
    singular = kind.lowercased()
    plural = KindName.plural(singular)
    namespace =
      KindName.clusterScoped.contains(singular)
      ? nil : json[path: "metadata", "namespace"]?.string ?? release.namespace.name
  }
}
