extension Cluster {
  public func get(_ resource: Resource, namespace: String?, name: String) async throws -> Object? {
    let call = try Call("GET", resource, namespace: namespace, name: name)
    return try await sendIfPresent(call)?.object(call)
  }
}
