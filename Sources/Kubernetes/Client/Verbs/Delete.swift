import JSON

extension Cluster {
  @discardableResult
  public func delete(
    _ resource: Resource, namespace: String?, name: String, _ options: DeleteOptions
  ) async throws -> Bool {
    var call = try Call("DELETE", resource, namespace: namespace, name: name)
    call.contentType = "application/json"
    call.body = options.json.bytes()
    return try await sendIfPresent(call) != nil
  }
}

extension DeleteOptions {
  var json: JSON {
    var json: JSON = [
      "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
    ]
    if let uid { json[path: "preconditions", "uid"] = .string(uid) }
    if let resourceVersion { json[path: "preconditions", "resourceVersion"] = .string(resourceVersion) }
    json["gracePeriodSeconds"] = gracePeriodSeconds.map(JSON.int)
    if dryRun { json["dryRun"] = ["All"] }
    return json
  }
}
