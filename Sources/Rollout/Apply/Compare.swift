import JSON
package import Kubernetes

/// Whether a live object already is what is wanted, as far as can be told without asking the server.
///
/// `false` negatives are cheap (a dry-run decides); a false positive would hide drift, so every rule here
/// errs towards "differs".
package enum Compare {
  static let manager = "croft"

  /// The wanted object is contained in the live one, and the live one has no field of ours that is no longer wanted.
  package static func isSame(_ desired: Object, _ live: Object) -> Bool {
    guard contains(live.json, desired.json, key: ""), let owned = ownedFields(of: live) else { return false }
    return covers(desired, owned)
  }

  /// Every owned field is still wanted.
  static func covers(_ desired: Object, _ owned: JSONObject) -> Bool {
    owned.allSatisfy { covers(desired.json, $0.key, $0.value) }
  }

  /// The fields that Croft's own apply set, as `fieldsV1`; `nil` where Croft has never applied the object.
  static func ownedFields(of live: Object, by manager: String = manager) -> JSONObject? {
    live.metadata["managedFields"]?.array?.first { entry in
      entry["manager"]?.string == manager && entry["operation"]?.string == "Apply" && entry["subresource"] == nil
    }?["fieldsV1"]?.object
  }

  private static let quantityParents: Set<String> = ["limits", "requests", "hard", "capacity"]

  static func contains(_ live: JSON, _ desired: JSON, key: String, parent: String = "") -> Bool {
    switch (desired, live) {
    case (.object(let wanted), .object(let found)):
      return wanted.allSatisfy { member in
        guard let value = found[member.key] else { return isEmpty(member.value) }
        return contains(value, member.value, key: member.key, parent: key)
      }
    case (.array(let wanted), .array(let found)):
      if wanted.count == found.count {
        if zip(found, wanted).allSatisfy({ contains($0, $1, key: key, parent: parent) }) { return true }
      }
      // A list that is merged by name may hold what others added.
      let names = wanted.compactMap { $0["name"]?.string }
      guard !names.isEmpty, names.count == wanted.count, Set(names).count == names.count else { return false }
      return wanted.allSatisfy { element in
        found.contains { $0["name"] == element["name"] && contains($0, element, key: key, parent: parent) }
      }
    default:
      if live == desired { return true }
      if quantityParents.contains(parent), let a = quantity(live), let b = quantity(desired) { return a == b }
      return false
    }
  }

  /// `emptyDir: {}` and `labels: {}` may be left out by the server.
  private static func isEmpty(_ value: JSON) -> Bool {
    switch value {
    case .object(let object): object.isEmpty
    case .array(let elements): elements.isEmpty
    default: false
    }
  }

  private static func quantity(_ value: JSON) -> Quantity? { Quantity(value.string ?? value.text) }

  /// Whether a field of a `fieldsV1` tree is still wanted. Keys: `f:name`, `k:{"name":"web"}`, `v:"value"`, `.`.
  private static func covers(_ desired: JSON, _ key: String, _ children: JSON) -> Bool {
    if key == "." { return true }
    let next: JSON?
    if key.hasPrefix("f:") {
      next = desired[String(key.dropFirst(2))]
    } else if key.hasPrefix("k:"), let match = try? JSON(parsing: String(key.dropFirst(2))).object {
      next = desired.array?.first { element in
        // `protocol: TCP` is a default that the wanted object may leave out.
        match.allSatisfy { element[$0.key] == $0.value || (element[$0.key] == nil && $0.value == "TCP") }
      }
    } else if key.hasPrefix("v:"), let value = try? JSON(parsing: String(key.dropFirst(2))) {
      next = desired.array?.first { $0 == value }
    } else {
      return false
    }
    guard let next else { return false }
    return children.object?.allSatisfy { covers(next, $0.key, $0.value) } ?? true
  }
}
