import Kubernetes

/// An object that Helm runs at a moment of a release's life instead of keeping it (helm.sh/hook).
struct Hook: Sendable, Equatable {
  enum Moment: String, Sendable {
    case preInstall = "pre-install"
    case postInstall = "post-install"
    case preUpgrade = "pre-upgrade"
    case postUpgrade = "post-upgrade"
    case preDelete = "pre-delete"
    case postDelete = "post-delete"
    case preRollback = "pre-rollback"
    case postRollback = "post-rollback"
    case test
  }

  enum DeletePolicy: String, Sendable {
    case beforeHookCreation = "before-hook-creation"
    case hookSucceeded = "hook-succeeded"
    case hookFailed = "hook-failed"
  }

  var object: Object
  var moments: [Moment]
  /// Lower runs first.
  var weight: Int
  var deletePolicies: [DeletePolicy]

  /// - Returns: `nil` where the object is no hook. A definition marked with the old `crd-install` is none either.
  init?(_ object: Object) {
    guard let text = object.annotation("helm.sh/hook") else { return nil }
    let names = Self.split(text)
    if names == ["crd-install"] { return nil }
    moments = names.compactMap { $0 == "test-success" || $0 == "test-failure" ? .test : Moment(rawValue: $0) }
    weight = object.annotation("helm.sh/hook-weight").flatMap { Int($0) } ?? 0
    let policies = Self.split(object.annotation("helm.sh/hook-delete-policy") ?? "")
      .compactMap(DeletePolicy.init(rawValue:))
    // Helm's own default.
    deletePolicies = policies.isEmpty ? [.beforeHookCreation] : policies
    self.object = object
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
  }

  /// Helm's order: weight, then kind in the order of installation, then name.
  static func ordered(_ hooks: [Hook], at moment: Moment) -> [Hook] {
    hooks.filter { $0.moments.contains(moment) }.sorted {
      ($0.weight, ApplyOrder.rank(of: $0.object.gvk.groupKind), $0.object.name)
        < ($1.weight, ApplyOrder.rank(of: $1.object.gvk.groupKind), $1.object.name)
    }
  }
}
