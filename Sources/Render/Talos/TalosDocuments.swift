import JSON

/// The documents of a machine configuration, and what is laid over them as Talos does
/// (https://docs.siderolabs.com/talos, "Configuration Patches").
struct TalosDocuments: Equatable {
  /// The one without a kind comes first.
  private(set) var documents: [JSON]

  init(_ documents: [JSON] = []) {
    self.documents = []
    for document in documents { merge(document) }
  }

  /// Lays a document over the one of its kind and name; one that is new is added.
  mutating func merge(_ patch: JSON) {
    let place = documents.firstIndex { Self.identity($0) == Self.identity(patch) }
    if patch["$patch"]?.string == "delete" {
      if let place { documents.remove(at: place) }
    } else if let place {
      documents[place] = Self.merge(documents[place], patch, [])
    } else if Self.isMain(patch) {
      documents.insert(Self.merge([:], patch, []), at: 0)
    } else {
      documents.append(Self.merge([:], patch, []))
    }
  }

  mutating func merge(_ other: TalosDocuments) { for document in other.documents { merge(document) } }

  /// The configuration of the machine and of Kubernetes, which has no kind.
  var main: JSON? { documents.first(where: Self.isMain) }

  private static func isMain(_ document: JSON) -> Bool { document["kind"] == nil }

  private static func identity(_ document: JSON) -> [String?] {
    [document["kind"]?.string, isMain(document) ? nil : document["name"]?.string]
  }

  /// Lists that a patch replaces; the others grow.
  private static let replaced = [["cluster", "network", "podSubnets"], ["cluster", "network", "serviceSubnets"]]

  private static func merge(_ old: JSON, _ new: JSON, _ path: [String]) -> JSON {
    if case .object(let changes) = new {
      var result = old.object ?? JSONObject()
      for change in changes {
        if change.value["$patch"]?.string == "delete" || change.value.isNull {
          result[change.key] = nil
        } else {
          result[change.key] = merge(result[change.key] ?? .null, change.value, path + [change.key])
        }
      }
      return .object(result)
    }
    if path == ["cluster", "apiServer", "auditPolicy"] { return new }
    guard let before = old.array, let added = new.array, !replaced.contains(path) else { return new }
    if path == ["cluster", "apiServer", "admissionControl"] { return byName(before, added, path) }
    return .array(before + added.filter { !before.contains($0) })
  }

  private static func byName(_ before: [JSON], _ added: [JSON], _ path: [String]) -> JSON {
    var result = before
    for element in added {
      if let place = result.firstIndex(where: { $0["name"] == element["name"] }) {
        result[place] = merge(result[place], element, path + ["*"])
      } else {
        result.append(element)
      }
    }
    return .array(result)
  }
}
