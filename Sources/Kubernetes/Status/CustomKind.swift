import JSON

/// What a CustomResourceDefinition tells about the status of its objects in one version.
struct CustomKind {
  /// Whether status is written apart from the spec. Without that, writing the status raises the generation too, and
  /// `observedGeneration` can never catch up.
  var hasStatusSubresource: Bool
  /// Members of `status` by which a controller says how things stand; empty where the schema declares none.
  var reportedMembers: [String]

  /// - Parameter version: of the object; a definition that does not have it is read by the version that is stored.
  init(_ definition: Object, version name: String) {
    let spec = definition.json["spec"]
    let versions = spec?["versions"]?.array ?? []
    let version =
      versions.first { $0["name"]?.string == name } ?? versions.first { $0["storage"]?.bool == true } ?? .null
    // apiextensions/v1beta1 may have both for all versions together.
    hasStatusSubresource = (version["subresources"] ?? spec?["subresources"])?["status"] != nil
    let schema = (version["schema"] ?? spec?["validation"])?["openAPIV3Schema"]
    let members = schema?["properties"]?["status"]?["properties"]
    reportedMembers = CustomKind.tellingMembers.filter { members?[$0] != nil }
  }

  /// Whether a controller is to be waited for.
  var isReported: Bool { !reportedMembers.isEmpty }

  /// Members that controllers fill for every object, by convention. Others, such as the counters of MetalLB's
  /// IPAddressPool or the bindings of a ServiceMonitor, may stay away for good.
  private static let tellingMembers = [
    "conditions", "observedGeneration", "phase", "state", "readyToUse", "parents", "ancestors",
  ]
}
