import JSON

extension Cluster {
  public func scale(_ resource: Resource, namespace: String, name: String, to replicas: Int) async throws -> Int {
    let call = try Call("GET", resource, namespace: namespace, name: name, subresource: "scale")
    // The server leaves out a count of 0.
    let before = try await send(call).object(call).json[path: "spec", "replicas"]?.int ?? 0
    if before != replicas {
      let spec: JSON = ["spec": ["replicas": .int(replicas)]]
      _ = try await patch(
        resource, namespace: namespace, name: name, .merge(spec), subresource: "scale", dryRun: false)
    }
    return before
  }
}
