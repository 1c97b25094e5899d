import JSON

extension Object {
  /// What goes before the generation for the kinds of Flux: its controllers leave suspended objects alone, whatever
  /// their old status says, and do not look at HelmRepositories of type `oci` at all.
  ///
  /// https://fluxcd.io/flux/components/source/helmrepositories/#helm-oci-repository
  func fluxReadiness(_ kind: CustomKind?) -> Readiness? {
    guard gvk.group.hasSuffix(".toolkit.fluxcd.io") else { return nil }
    if gvk.kind == "HelmRepository", json["spec"]?["type"]?.string == "oci", conditions.isEmpty { return .ready }
    guard json["spec"]?["suspend"]?.bool == true, kind?.isReported ?? true else { return nil }
    return .progressing(Blocker("Suspended", "spec.suspend is set, so Flux leaves it alone"))
  }
}
