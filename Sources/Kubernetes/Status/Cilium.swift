import JSON

extension Object {
  /// Cilium's own kinds: beside `Valid` and `Accepted`, conditions name trouble (`cilium.io/PoolConflict`,
  /// `io.cilium/bad-service-selector`), or carry a number and have status Unknown (`cilium.io/IPsAvailable`).
  ///
  /// The status of a CiliumL2AnnouncementPolicy is written only when something is wrong with it:
  /// https://docs.cilium.io/en/stable/network/l2-announcements/
  func ciliumReadiness() -> Readiness? {
    if let trouble = conditions.first(where: { $0.isTrue && $0.type.contains("/") }) {
      return .progressing(Blocker(trouble.type, trouble.blocker.message))
    }
    return gvk.kind == "CiliumL2AnnouncementPolicy" ? .ready : nil
  }
}
