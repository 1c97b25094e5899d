import JSON

extension Cluster {
  public func watch(
    _ resource: Resource, namespace: String?, _ options: ListOptions, from resourceVersion: String
  ) -> AsyncThrowingStream<WatchEvent, any Error> {
    // Spread, so that not all watches come back at once.
    let seconds = Int(180 + 60 * random())
    let lines = LineStream(of: self) { _ throws(KubernetesError) in
      var call = try Call("GET", resource, namespace: namespace, name: nil)
      call.query =
        options.query + [
          ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
          ("timeoutSeconds", String(seconds)),
        ]
      // The server ends the watch earlier, unless it hangs.
      call.idleTimeout = .seconds(seconds + 30)
      return call
    }
    let request = "WATCH " + Call.subject(resource, namespace: namespace, name: nil)
    return AsyncThrowingStream {
      do {
        return try await lines.next { line in try WatchEvent(line, request: request) }
      } catch KubernetesError.status(let failure) where failure.code == 410 {
        throw KubernetesError.expired(failure.message)
      }
    }
  }
}

extension WatchEvent {
  /// Reads one line of a watch's answer.
  init(_ line: ArraySlice<UInt8>, request: String) throws(KubernetesError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: line)
    } catch {
      throw .malformed("\(request): a line of the answer is not JSON: \(error)")
    }
    guard let type = json["type"]?.string, let value = json["object"], value.object != nil else {
      throw .malformed("\(request): expected events with type and object in the answer")
    }
    switch type {
    case "ADDED": self = .added(Object(value))
    case "MODIFIED": self = .modified(Object(value))
    case "DELETED": self = .deleted(Object(value))
    case "BOOKMARK": self = .bookmark(resourceVersion: Object(value).resourceVersion ?? "")
    case "ERROR": throw .status(StatusFailure(status: value, code: nil, request: request))
    default: throw .malformed("\(request): an event of the unknown type \(type) in the answer")
    }
  }
}
