public import JSON

extension Kubeconfig {
  /// A kubeconfig with the clusters, users and contexts of another one in it. Entries of the same name are replaced,
  /// everything else stays as it is, in its order.
  /// - Parameters:
  ///   - existing: what the file holds; `nil` where there is none.
  ///   - makesCurrent: whether the other one's context becomes the current one although there is one.
  /// - Throws: `KubernetesError.configuration` where an entry of the same name is for another cluster: neither its
  ///   server nor its certificate authority is the same.
  public static func merging(
    _ addition: JSON, into existing: JSON?, makesCurrent: Bool
  ) throws(KubernetesError) -> JSON {
    guard var merged = existing, merged.object?.isEmpty == false else { return addition }
    for (list, member) in [("clusters", "cluster"), ("users", "user"), ("contexts", "context")] {
      var entries = merged[list]?.array ?? []
      for entry in addition[list]?.array ?? [] {
        guard let name = entry["name"]?.string else { continue }
        if let index = entries.firstIndex(where: { $0["name"]?.string == name }) {
          if list == "clusters", isAnother(entries[index][member], than: entry[member]) {
            let server = entries[index][member]?["server"]?.string ?? "another server"
            throw .configuration(
              "the kubeconfig has another cluster named \(name), at \(server); rename that one, or write to another file"
            )
          }
          entries[index] = entry
        } else {
          entries.append(entry)
        }
      }
      merged[list] = .array(entries)
    }
    if makesCurrent || (merged["current-context"]?.string ?? "").isEmpty {
      merged["current-context"] = addition["current-context"]
    }
    return merged
  }

  /// A kubeconfig whose context reaches its cluster through another server; all else stays as it is.
  /// - Parameters:
  ///   - gone: URLs of servers that are no more.
  ///   - server: the URL of one that is.
  /// - Returns: `nil` where there is no such context, or where its cluster is at none of `gone`.
  public static func moving(context name: String, from gone: [String], to server: String, in existing: JSON) -> JSON? {
    let context = existing["contexts"]?.array?.first { $0["name"]?.string == name }
    guard let cluster = context?["context"]?["cluster"]?.string, var entries = existing["clusters"]?.array,
      let index = entries.firstIndex(where: { $0["name"]?.string == cluster }),
      var access = entries[index]["cluster"], let known = access["server"]?.string,
      gone.contains(known.hasSuffix("/") ? String(known.dropLast()) : known)
    else { return nil }
    access["server"] = .string(server)
    entries[index]["cluster"] = access
    var moved = existing
    moved["clusters"] = .array(entries)
    return moved
  }

  private static func isAnother(_ known: JSON?, than new: JSON?) -> Bool {
    guard let known, let new else { return false }
    return known["server"] != new["server"]
      && known["certificate-authority-data"] != new["certificate-authority-data"]
  }
}
