import JSON

extension Cluster {
  public func evict(pod: String, namespace: String, dryRun: Bool) async throws {
    var call = try Call("POST", .pods, namespace: namespace, name: pod, subresource: "eviction")
    var eviction: JSON = [
      "apiVersion": .string(try await reading(refresh: false).evictionVersion), "kind": "Eviction",
      "metadata": ["name": .string(pod), "namespace": .string(namespace)],
    ]
    if dryRun { eviction["deleteOptions"] = ["dryRun": ["All"]] }
    call.contentType = "application/json"
    call.body = eviction.bytes()
    // Another pod of the same name may be there the second time.
    call.isIdempotent = false
    _ = try await send(call)
  }
}
