import JSON

extension Cluster {
  /// https://kubernetes.io/docs/reference/using-api/server-side-apply/
  public func apply(_ object: Object, _ resource: Resource, _ options: ApplyOptions) async throws -> Object {
    var call = try Call("PATCH", resource, namespace: object.namespace, name: object.name)
    call.query = [("fieldManager", options.fieldManager), ("force", options.force ? "true" : "false")]
    if options.dryRun { call.query.append(("dryRun", "All")) }
    // JSON is YAML.
    call.contentType = "application/apply-patch+yaml"
    call.body = object.json.bytes()
    return try await send(call).object(call)
  }
}
