import JSON

extension Cluster {
  public func patch(
    _ resource: Resource, namespace: String?, name: String, _ patch: Patch, subresource: String?, dryRun: Bool
  ) async throws -> Object {
    var call = try Call("PATCH", resource, namespace: namespace, name: name, subresource: subresource)
    call.query = [("fieldManager", ApplyOptions().fieldManager)]
    if dryRun { call.query.append(("dryRun", "All")) }
    switch patch {
    case .merge(let value):
      call.contentType = "application/merge-patch+json"
      call.body = value.bytes()
    case .json(let operations):
      call.contentType = "application/json-patch+json"
      call.body = JSON.array(operations).bytes()
      // Adding to an array twice adds two elements.
      call.isIdempotent = false
    }
    return try await send(call).object(call)
  }
}
