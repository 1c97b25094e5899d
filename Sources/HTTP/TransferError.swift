import CCurl
import Glibc

extension HTTPError {
  /// What libcurl's result means to a person. `reason` is libcurl's own text, which never holds headers or bodies.
  init(_ code: CURLcode, _ reason: String, errno: CInt, _ target: Target, _ configuration: HTTPConfiguration) {
    let peer = target.description
    // A text with an @ may quote the URL of a proxy with its password.
    let detail = reason.isEmpty || reason.contains("@") ? String(cString: curl_easy_strerror(code)) : reason
    switch code {
    case CURLE_OPERATION_TIMEDOUT:
      self = .timedOut(after: configuration.connectTimeout)
    case CURLE_COULDNT_RESOLVE_HOST:
      self = .unreachable("the name \(target.host) does not resolve: \(detail)")
    case CURLE_COULDNT_RESOLVE_PROXY:
      self = .unreachable("the proxy on the way to \(peer) has a name that does not resolve, or a URL of unknown form")
    case CURLE_COULDNT_CONNECT:
      // libcurl names whom it tried; that may be a proxy.
      let isDirect = detail.contains("Failed to connect to \(target.host) port \(target.port) ")
      self = .unreachable(
        "no connection to \(peer): \(isDirect && errno != 0 ? String(cString: strerror(errno)) : detail)")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CRL_BADFILE, CURLE_SSL_CIPHER:
      self = .untrusted("the certificate of \(peer) was not accepted: \(detail)")
    case CURLE_SSL_CONNECT_ERROR:
      self =
        Self.isCut(detail)
        ? .unreachable("\(peer) ended the connection during the TLS handshake: \(detail)")
        : .untrusted("no TLS with \(peer): \(detail)")
    case CURLE_SSL_CERTPROBLEM:
      self = .configuration("the client certificate and its key cannot be used: \(detail)")
    case CURLE_SSL_CACERT_BADFILE:
      self = .configuration("the certificate authorities cannot be used, expected PEM certificates: \(detail)")
    case CURLE_URL_MALFORMAT:
      self = .configuration("the URL of a request to \(peer) cannot be used: \(detail)")
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
      self = .unreachable("what answers at \(peer) does not speak HTTP: \(detail)")
    case CURLE_BAD_CONTENT_ENCODING:
      self = .unreachable("the answer of \(peer) cannot be unpacked: \(detail)")
    default:
      // TLS 1.3 tells a client only after the handshake that its certificate is missing or unwelcome.
      self =
        detail.contains(" alert ")
        ? .untrusted("\(peer) did not accept our certificate: \(detail)")
        : .unreachable("the connection to \(peer) was cut: \(detail)")
    }
  }

  private static func isCut(_ detail: String) -> Bool {
    ["SYSCALL", "unexpected eof", "onnection reset"].contains { detail.contains($0) }
  }
}

extension HTTPRequest {
  /// Refuses what would break the message's frame. The value stays out of the text: it may be a token.
  func validate() throws(HTTPError) {
    func isToken(_ text: String) -> Bool {
      !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }
    guard isToken(method) else { throw .configuration("a method like GET was expected, not \(method)") }
    for header in headers {
      guard isToken(header.name) else { throw .configuration("a header's name was expected, not \(header.name)") }
      guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw .configuration("the value of the header \(header.name) has a line end or another control character")
      }
    }
  }
}
