import CCurl
import Glibc
import Redaction

/// What all transfers of a client have in common, in memory that libcurl may point to while they run.
final class TransferOptions {
  /// libcurl 7.88 may miss the end of an answer over HTTP/2 that did not fit into its transfer's buffer while another
  /// transfer read from their connection: it shows with the connection's next data, if any come. So the buffer is as
  /// large as libcurl allows, and few answers are larger. Only what is used of it takes memory.
  private static let bufferSize = 10 << 20

  let configuration: HTTPConfiguration
  private let authorities: Bytes?
  private let certificate: Bytes?
  private let key: Bytes?

  init(_ configuration: HTTPConfiguration) {
    self.configuration = configuration
    authorities = configuration.certificateAuthorities.map(Bytes.init)
    certificate = configuration.clientCertificate.map(Bytes.init)
    key = configuration.clientKey.map { Bytes($0.reveal()) }
  }

  func apply(to easy: UnsafeMutableRawPointer, _ target: Target) {
    func set(_ option: CURLoption, _ value: Int) { _ = croft_easy_set_long(easy, option, value) }
    func set(_ option: CURLoption, _ value: String) { _ = croft_easy_set_string(easy, option, value) }
    func set(_ option: CURLoption, _ value: Bytes?) {
      if let value { _ = croft_easy_set_blob(easy, option, value.start, value.count) }
    }
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    // Wait to learn whether a connection that begins can be shared. TLS says so (ALPN); without TLS only the first
    // answer would, and everything would wait for it.
    set(CURLOPT_PIPEWAIT, target.scheme == "https" ? 1 : 0)
    set(CURLOPT_USERAGENT, configuration.userAgent)
    set(CURLOPT_ACCEPT_ENCODING, "")
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, configuration.connectTimeout.milliseconds)))
    // Without it, giving up a transfer waits for the name server on this thread.
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    if let proxy = configuration.proxy {
      set(CURLOPT_PROXY, proxy)
    } else if configuration.serverName != nil {
      // libcurl would look for the server's name in NO_PROXY, not for the host of the URL.
      if NoProxy.ofEnvironment.contains(target.host) { set(CURLOPT_PROXY, "") } else { set(CURLOPT_NOPROXY, "") }
    }
    set(CURLOPT_BUFFERSIZE, Self.bufferSize)
    _ = croft_easy_set_keepalive(easy)

    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_SSL_VERIFYPEER, configuration.verifiesCertificates ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, configuration.verifiesCertificates ? 2 : 0)
    if authorities != nil {
      // The blob stands in for the system's file only, not for its directory.
      _ = croft_easy_set_string(easy, CURLOPT_CAPATH, nil)
      set(CURLOPT_CAINFO_BLOB, authorities)
    }
    set(CURLOPT_SSLCERT_BLOB, certificate)
    set(CURLOPT_SSLKEY_BLOB, key ?? certificate)
    // An encrypted key would otherwise be asked for on the terminal.
    set(CURLOPT_KEYPASSWD, "")
  }

  /// A copy at a fixed address, wiped when it is no longer needed.
  private final class Bytes {
    let start: UnsafeMutableRawPointer
    let count: Int

    init(_ bytes: [UInt8]) {
      count = bytes.count
      start = .allocate(byteCount: max(1, count), alignment: 1)
      bytes.withUnsafeBytes { start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: count) }
    }

    deinit {
      explicit_bzero(start, count)
      start.deallocate()
    }
  }
}

extension Duration {
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
