import HTTP
import JSON

/// What one reading of the server's API found.
struct DiscoveryReading: Sendable {
  var discovery: Discovery
  /// Of the Eviction that the server takes: `policy/v1`; `policy/v1beta1` before Kubernetes 1.22.
  var evictionVersion: String
}

extension Cluster {
  public func discovery(refresh: Bool) async throws -> Discovery { try await reading(refresh: refresh).discovery }

  func reading(refresh: Bool) async throws -> DiscoveryReading {
    try await discoveryReading.value(refresh: refresh) {
      async let core = self.groups(at: "/api")
      async let others = self.groups(at: "/apis")
      return DiscoveryReading(groups: try await core + others)
    }
  }

  /// What is served below `/api` or `/apis`: in one answer where the server aggregates (since Kubernetes 1.26).
  private func groups(at root: String) async throws -> [APIGroup] {
    var call = Call(path: root, subject: "the API's groups at \(root)")
    call.accept =
      ["v2", "v2beta1"].map { "application/json;g=apidiscovery.k8s.io;v=\($0);as=APIGroupDiscoveryList" }
      .joined(separator: ",") + ",application/json"
    let json = try await send(call).json(call)
    switch json["kind"]?.string {
    case "APIGroupDiscoveryList": return (json["items"]?.array ?? []).map(APIGroup.init(aggregated:))
    case "APIVersions":
      let versions = (json["versions"]?.array ?? []).compactMap(\.string)
      return try await readVersions([APIGroup(name: "", versions: versions)])
    case "APIGroupList": return try await readVersions((json["groups"]?.array ?? []).map(APIGroup.init(listed:)))
    default:
      throw KubernetesError.malformed(
        "\(access.server)\(root): expected the list of API groups; is this a Kubernetes API server?")
    }
  }

  /// Reads every version of every group at once.
  private func readVersions(_ groups: [APIGroup]) async throws -> [APIGroup] {
    try await withThrowingTaskGroup(of: (Int, Int, [APIGroup.Entry]?, String?).self) { tasks in
      for (group, value) in groups.enumerated() {
        for (version, name) in value.versions.map(\.name).enumerated() {
          tasks.addTask {
            let (entries, problem) = try await self.readVersion(value.name, name)
            return (group, version, entries, problem)
          }
        }
      }
      var groups = groups
      for try await (group, version, entries, problem) in tasks {
        groups[group].versions[version].entries = entries ?? []
        if let problem { groups[group].problem = groups[group].problem ?? problem }
      }
      return groups
    }
  }

  /// - Returns: What a version of a group holds; or why it cannot be read, where only the group is to blame.
  private func readVersion(_ group: String, _ version: String) async throws -> ([APIGroup.Entry]?, String?) {
    let name = group.isEmpty ? version : "\(group)/\(version)"
    var call = Call(path: (group.isEmpty ? "/api/" : "/apis/") + name, subject: "the API \(name)")
    call.isAggregated = true
    call.timeout = .seconds(10)
    do {
      let json = try await send(call).json(call)
      return (APIGroup.entries(listed: json, group: group, version: version), nil)
    } catch KubernetesError.status(let failure) where failure.code == 503 {
      return (nil, failure.message.isEmpty ? failure.reason : failure.message)
    } catch KubernetesError.status(let failure) where failure.code == 404 {
      // Gone between the two readings: not served any more.
      return ([], nil)
    } catch KubernetesError.unreachable(_, let reason) {
      // A server behind the API server that hangs, if the API server itself answers.
      _ = try await self.version()
      return (nil, reason)
    }
  }
}
