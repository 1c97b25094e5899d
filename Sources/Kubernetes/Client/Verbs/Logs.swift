import HTTP

extension Cluster {
  public func logs(
    pod: String, namespace: String, container: String?, previous: Bool, tail: Int
  ) async throws -> String {
    let call = try logCall(pod, namespace, container, tail, previous ? ["previous"] : [])
    return String(decoding: try await send(call).body, as: UTF8.self)
  }

  /// The last lines of a container's log and every line that follows, until the container ends or the iteration does.
  /// - Throws: `KubernetesError` from the iteration.
  public func followLogs(
    pod: String, namespace: String, container: String?, tail: Int
  ) -> AsyncThrowingStream<String, any Error> {
    let lines = LineStream(of: self) { cluster throws(KubernetesError) in
      try cluster.logCall(pod, namespace, container, tail, ["follow"])
    }
    return AsyncThrowingStream { try await lines.next { String(decoding: $0, as: UTF8.self) } }
  }

  private func logCall(
    _ pod: String, _ namespace: String, _ container: String?, _ tail: Int, _ flags: [String]
  ) throws(KubernetesError) -> Call {
    var call = try Call("GET", .pods, namespace: namespace, name: pod, subresource: "log")
    call.accept = "*/*"
    call.query = [("tailLines", String(tail))] + flags.map { ($0, "true") }
    if let container { call.query.append(("container", container)) }
    return call
  }
}
