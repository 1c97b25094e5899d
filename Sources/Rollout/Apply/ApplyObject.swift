import Blueprint
import JSON
import Kubernetes

extension Session {
  /// Applies one object and says what came of it. Fields of other managers are taken over, and named.
  func apply(_ desired: Object, _ resource: Resource, release: Release, live known: Object?) async throws -> Object {
    try DefinitionSupport.refuse(desired, on: version)
    var result: Object
    do {
      result = try await api.applyTakingOver(desired, resource) {
        await emit(.changed(release: release.name, desired.id, $0))
      }
    } catch KubernetesError.status(let failure) where Self.isImmutable(failure) {
      return try await recreate(desired, resource, release: release, because: failure)
    }
    if let known {
      if known.resourceVersion != result.resourceVersion {
        await emit(.changed(release: release.name, desired.id, .updated))
      }
    } else if let origin = Self.origin(of: result) {
      result = try await adopt(result, desired, resource)
      await emit(.changed(release: release.name, desired.id, .adopted(from: origin)))
    } else {
      await emit(.changed(release: release.name, desired.id, .created))
    }
    await live.note(result, result.id)
    return result
  }

  static func isImmutable(_ failure: StatusFailure) -> Bool {
    failure.code == 422
      && (failure.message.contains("immutable") || failure.message.contains("updates to statefulset spec for fields")
        || failure.message.contains("is forbidden: updates to")
        || failure.causes.contains { $0.message.contains("immutable") })
  }

  // MARK: Adoption

  /// Who made an object that we found there: a Helm release, or the first field manager that is not us.
  private static func origin(of object: Object) -> String? {
    let managers = (object.metadata["managedFields"]?.array ?? []).compactMap { $0["manager"]?.string }
    // The control plane itself looks at what we make before we see the answer.
    guard let other = managers.first(where: { $0 != Compare.manager && !$0.hasPrefix("kube-") }) else { return nil }
    if let release = object.annotation("meta.helm.sh/release-name") { return "Helm release \(release)" }
    return other
  }

  /// Managers that stand for a person or tool whose place Croft takes: what they set and we do not want is removed.
  private static let predecessors: Set<String> = [
    "helm", "Helm", "kubectl", "kubectl-client-side-apply", "kubectl-create", "kubectl-replace",
  ]

  /// Moves the fields of our predecessors to us and applies again, so that none of them is left behind
  /// (what `kubectl` does when it goes from client-side to server-side apply).
  private func adopt(_ object: Object, _ desired: Object, _ resource: Resource) async throws -> Object {
    let entries = object.metadata["managedFields"]?.array ?? []
    let isTheirs = { (entry: JSON) in
      Self.predecessors.contains(entry["manager"]?.string ?? "") && entry["subresource"] == nil
    }
    guard let ours = entries.first(where: { $0["manager"]?.string == Compare.manager && $0["operation"] == "Apply" }),
      entries.contains(where: isTheirs), let version = object.resourceVersion
    else { return object }
    var merged = ours
    for entry in entries where isTheirs(entry) && entry["apiVersion"] == ours["apiVersion"] {
      merged["fieldsV1"] = (merged["fieldsV1"] ?? [:]).overlaid(with: entry["fieldsV1"] ?? [:])
    }
    let rest = entries.filter { !isTheirs($0) && $0 != ours }
    let patch: [JSON] = [
      ["op": "replace", "path": "/metadata/managedFields", "value": .array(rest + [merged])],
      ["op": "replace", "path": "/metadata/resourceVersion", "value": .string(version)],
    ]
    do {
      _ = try await api.patch(
        resource, namespace: object.namespace, name: object.name, .json(patch), subresource: nil, dryRun: false)
    } catch KubernetesError.status(let failure) where failure.code == 409 {
      // Somebody wrote in between: their fields stay theirs, which does no harm.
      return object
    }
    return try await api.apply(desired, resource, ApplyOptions(force: true))
  }

  // MARK: Immutable fields

  private func recreate(
    _ desired: Object, _ resource: Resource, release: Release, because failure: StatusFailure
  ) async throws -> Object {
    let field = failure.causes.map(\.field).joined(separator: ", ")
    let isClaim = desired.gvk.groupKind == GroupKind(group: "", kind: "PersistentVolumeClaim")
    let mayRecreate = desired.isJob || release.recreate.contains(desired.kind)
    guard mayRecreate, !isClaim, !desired.isNamespace, !desired.isDefinition else {
      throw RolloutError.immutable(
        desired.id, field: field.isEmpty ? "an immutable field" : field,
        message: failure.causes.first?.message ?? failure.message)
    }
    return try await replace(desired, resource, release: release, reason: field.isEmpty ? "an immutable field" : field)
  }

  /// Deletes an object of ours, waits until it is gone, and makes it anew.
  func replace(_ desired: Object, _ resource: Resource, release: Release, reason: String) async throws -> Object {
    if let current = try await api.get(resource, namespace: desired.namespace, name: desired.name) {
      try await delete(current, resource)
    }
    let result = try await api.apply(desired, resource, ApplyOptions(force: true))
    await emit(.changed(release: release.name, desired.id, .recreated(reason: reason)))
    await live.note(result, result.id)
    return result
  }

  /// Deletes exactly this object and returns when it is gone.
  func delete(_ object: Object, _ resource: Resource, propagation: DeleteOptions.Propagation = .background) async throws
  {
    try await api.delete(
      resource, namespace: object.namespace, name: object.name,
      DeleteOptions(uid: object.uid, propagation: propagation))
    let backoff = Backoff(base: .milliseconds(100), limit: .seconds(2))
    var attempt = 0
    while let left = try await api.get(resource, namespace: object.namespace, name: object.name), left.uid == object.uid
    {
      if await stop.isStopped { throw RolloutError.stopped }
      attempt += 1
      try await clock.sleep(for: backoff.delay(after: attempt, random: environment.random()))
    }
    await live.note(nil, object.id)
  }
}
