import HTTP
import JSON

extension Cluster {
  public func list(_ resource: Resource, namespace: String?, _ options: ListOptions) async throws -> ObjectList {
    var options = options
    // Pages belong to one moment; the server forgets it after some minutes, and the list starts again.
    for _ in 0..<2 {
      do {
        return try await pages(resource, namespace, options)
      } catch KubernetesError.expired {}
    }
    options.limit = 0
    return try await pages(resource, namespace, options)
  }

  private func pages(_ resource: Resource, _ namespace: String?, _ options: ListOptions) async throws -> ObjectList {
    var list = ObjectList(items: [], resourceVersion: "")
    var next: String?
    repeat {
      var call = try Call("GET", resource, namespace: namespace, name: nil)
      call.query = options.query
      if options.limit > 0 { call.query.append(("limit", String(options.limit))) }
      if let next { call.query.append(("continue", next)) }
      next = try add(try await page(call), to: &list, resource, call)
    } while next != nil
    return list
  }

  private func page(_ call: Call) async throws -> HTTPResponse {
    do {
      return try await send(call)
    } catch KubernetesError.status(let failure) where failure.code == 410 {
      throw KubernetesError.expired(failure.message)
    }
  }

  /// - Returns: Where the next page begins.
  private func add(
    _ response: HTTPResponse, to list: inout ObjectList, _ resource: Resource, _ call: Call
  ) throws(KubernetesError) -> String? {
    let page = try response.json(call)
    guard let items = page["items"], let version = page["metadata"]?["resourceVersion"]?.string else {
      throw .malformed("\(call.description): expected a list with items and metadata.resourceVersion in the answer")
    }
    let kind = JSON.string(resource.gvk.kind)
    let apiVersion = JSON.string(resource.gvk.apiVersion)
    // Lists of built-in kinds leave both out of their items.
    let objects = (items.array ?? []).map { item in
      guard let members = item.object, members["kind"] == nil else { return Object(item) }
      return Object(.object(JSONObject([.init("apiVersion", apiVersion), .init("kind", kind)] + members)))
    }
    if list.items.isEmpty { list.items = objects } else { list.items += objects }
    list.resourceVersion = version
    return page["metadata"]?["continue"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension ListOptions {
  var query: [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if let labelSelector, !labelSelector.isEmpty { query.append(("labelSelector", labelSelector)) }
    if let fieldSelector, !fieldSelector.isEmpty { query.append(("fieldSelector", fieldSelector)) }
    return query
  }
}
