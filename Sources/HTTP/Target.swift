import CCurl

/// The parts of a URL that say where it goes, as libcurl itself reads it.
struct Target {
  let scheme: String
  /// Without brackets, where it is an IPv6 address.
  let host: String
  let port: String
  /// What goes into the Host header: the port only where the URL names one.
  let authority: String
  private let url: String

  /// For people.
  var description: String { Self.bracketed(host) + ":" + port }

  init(_ url: String) throws(HTTPError) {
    let parts = curl_url()
    defer { curl_url_cleanup(parts) }
    func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
      var text: UnsafeMutablePointer<CChar>?
      guard curl_url_get(parts, part, &text, flags) == CURLUE_OK, let text else { return nil }
      defer { curl_free(text) }
      return String(cString: text)
    }
    guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK, let scheme = part(CURLUPART_SCHEME),
      scheme == "http" || scheme == "https", let host = part(CURLUPART_HOST),
      let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT))
    else { throw .configuration("expected a URL that begins with http:// or https:// and names a host") }
    self.url = url
    self.scheme = scheme
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    self.port = port
    authority = part(CURLUPART_PORT).map { "\(host):\($0)" } ?? host
  }

  /// The same URL with another host, and libcurl's rule (CURLOPT_CONNECT_TO) by which it still goes to this one: TLS
  /// then asks for and verifies `name`.
  func named(_ name: String) -> (url: String, connectTo: String)? {
    let parts = curl_url()
    defer { curl_url_cleanup(parts) }
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
      curl_url_set(parts, CURLUPART_HOST, Self.bracketed(name), 0) == CURLUE_OK,
      curl_url_get(parts, CURLUPART_URL, &text, 0) == CURLUE_OK, let text
    else { return nil }
    defer { curl_free(text) }
    return (String(cString: text), "::\(Self.bracketed(host)):\(port)")
  }

  private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
