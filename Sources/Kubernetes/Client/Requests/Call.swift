import HTTP

/// One request to the API server, without credentials: it can be sent again.
struct Call: Sendable {
  var method: String
  /// Escaped, from the root of the API: `/api/v1/namespaces/home/pods/web`.
  var path: String
  var query: [(name: String, value: String)] = []
  var accept = "application/json"
  var contentType: String?
  var body: [UInt8] = []
  /// What it is about, for people: `deployments.apps home/web`.
  var subject: String
  /// Whether doing it twice does the same as once: it may be sent again when nobody knows whether it arrived.
  var isIdempotent = true
  /// Whether another server may stand behind this path: what it does not answer is not worth waiting for.
  var isAggregated = false
  /// A little longer than the API server itself takes at most.
  var timeout: Duration? = .seconds(75)

  /// The longest silence of a stream.
  var idleTimeout: Duration?

  init(_ method: String = "GET", path: String, subject: String) {
    self.method = method
    self.path = path
    self.subject = subject
  }

  /// `PATCH deployments.apps home/web`, for people.
  var description: String { "\(method) \(subject)" }

  /// A disruption budget answers to it as a busy server would.
  var isEviction: Bool { path.hasSuffix("/eviction") }

  func request(server: String, headers: [(name: String, value: String)]) -> HTTPRequest {
    var url = server + path
    for (index, item) in query.enumerated() {
      url += (index == 0 ? "?" : "&") + item.name + "=" + percentEncoded(item.value)
    }
    var headers = headers
    headers.append(("Accept", accept))
    // On the same machine packing takes longer than sending.
    if ["https://127.0.0.1", "https://localhost", "https://[::1]"].contains(where: server.hasPrefix) {
      headers.append(("Accept-Encoding", "identity"))
    }
    if let contentType { headers.append(("Content-Type", contentType)) }
    return HTTPRequest(
      method, url, headers: headers, body: body, timeout: timeout, idleTimeout: idleTimeout, isRepeatable: isIdempotent)
  }
}

extension Call {
  /// - Parameter name: `nil` for the collection.
  /// - Throws: `KubernetesError.invalidRequest` where names would make this another request.
  init(
    _ method: String, _ resource: Resource, namespace: String?, name: String?, subresource: String? = nil
  ) throws(KubernetesError) {
    let subject = Self.subject(resource, namespace: namespace, name: name, subresource: subresource)
    var path = resource.gvk.group.isEmpty ? "/api" : "/apis/" + percentEncoded(resource.gvk.group)
    path += "/" + percentEncoded(resource.gvk.version)
    if resource.isNamespaced, let namespace {
      path += "/namespaces/" + (try Self.segment(namespace, "namespace", subject))
    } else if resource.isNamespaced, name != nil || method != "GET" {
      throw .invalidRequest(
        "\(method) \(subject): a \(resource.gvk.kind) lives in a namespace and none is given; set metadata.namespace")
    }
    path += "/" + (try Self.segment(resource.plural, "resource", subject))
    if let name { path += "/" + (try Self.segment(name, "name", subject)) }
    if let subresource { path += "/" + subresource }
    self.init(method, path: path, subject: subject)
  }

  static func subject(_ resource: Resource, namespace: String?, name: String?, subresource: String? = nil) -> String {
    let group = resource.gvk.group.isEmpty ? "" : "." + resource.gvk.group
    let kind = resource.plural + group + (subresource.map { "/\($0)" } ?? "")
    let object = [resource.isNamespaced ? namespace : nil, name].compactMap { $0 }.joined(separator: "/")
    return object.isEmpty ? kind : "\(kind) \(object)"
  }

  /// An empty name or `..` would address the collection: a DELETE of one object would become one of all.
  private static func segment(_ text: String, _ what: String, _ subject: String) throws(KubernetesError) -> String {
    guard !text.isEmpty, text != ".", text != "..", !text.utf8.contains(UInt8(ascii: "/")),
      !text.utf8.contains(UInt8(ascii: "%"))
    else {
      throw .invalidRequest("\(subject): \"\(text)\" is no \(what); expected a name without / and %, and not . or ..")
    }
    return percentEncoded(text)
  }
}

/// RFC 3986: everything but unreserved characters, and the colon that RBAC's names are full of.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  result.reserveCapacity(text.utf8.count)
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"), UInt8(ascii: ":"):
      result.append(byte)
    default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
