import JSON

extension Cluster {
  public func create(_ object: Object, _ resource: Resource, dryRun: Bool) async throws -> Object {
    var call = try Call("POST", resource, namespace: object.namespace, name: nil)
    if !object.name.isEmpty { call.subject += " \(object.name)" }
    call.query = [("fieldManager", ApplyOptions().fieldManager)]
    if dryRun { call.query.append(("dryRun", "All")) }
    call.contentType = "application/json"
    call.body = object.json.bytes()
    call.isIdempotent = false
    return try await send(call).object(call)
  }
}
