import CCurl
import Glibc

/// One request on its way: libcurl's handle and what its callbacks need. It stays on the driver thread.
final class Transfer {
  let request: HTTPRequest
  let receiver: any Receiver
  let isStream: Bool
  let easy: UnsafeMutableRawPointer
  /// When to give up, and the time-out that ends then.
  private(set) var deadline: ContinuousClock.Instant?
  private(set) var timeout: Duration?

  private let target: Target
  private let options: TransferOptions
  private let reason: UnsafeMutablePointer<CChar>
  private var headers: UnsafeMutablePointer<curl_slist>?
  private var connectTo: UnsafeMutablePointer<curl_slist>?
  private var head = HeadReader()
  /// Whether this is a stream over HTTP/1.1 that began.
  private(set) var fillsConnection = false
  private var sent = 0

  init(
    _ request: HTTPRequest, _ receiver: any Receiver, _ isStream: Bool, _ options: TransferOptions
  ) throws(HTTPError) {
    target = try Target(request.url)
    try request.validate()
    guard let easy = curl_easy_init() else { throw .configuration("libcurl has no memory for another request") }
    self.request = request
    self.receiver = receiver
    self.isStream = isStream
    self.options = options
    self.easy = easy
    reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
    reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    expect(within: request.timeout)
    options.apply(to: easy, target)
    setCallbacks()
    setRequest()
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headers)
    curl_slist_free_all(connectTo)
    reason.deallocate()
  }

  /// The transfer that a handle belongs to.
  static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
    var context: UnsafeMutableRawPointer?
    _ = croft_easy_get_pointer(easy, CURLINFO_PRIVATE, &context)
    return context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Goes on after the receiver refused bytes.
  func resume() {
    expect(within: request.idleTimeout)
    curl_easy_pause(easy, CURLPAUSE_CONT)
  }

  private func expect(within timeout: Duration?) {
    self.timeout = timeout
    deadline = timeout.map { .now + $0 }
  }

  /// What the transfer's end means; `nil` when the answer is whole.
  func error(_ code: CURLcode) -> HTTPError? {
    if code == CURLE_OK { return nil }
    var number = 0
    _ = croft_easy_get_long(easy, CURLINFO_OS_ERRNO, &number)
    return HTTPError(
      code, String(cString: reason), errno: CInt(truncatingIfNeeded: number), target, options.configuration)
  }

  private func setRequest() {
    let configuration = options.configuration
    var url = request.url
    var fields = request.headers
    if let serverName = configuration.serverName, target.scheme == "https", let moved = target.named(serverName) {
      url = moved.url
      connectTo = curl_slist_append(nil, moved.connectTo)
      _ = croft_easy_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
      if !fields.contains(where: { $0.name.lowercased() == "host" }) { fields.append(("Host", target.authority)) }
    }
    _ = croft_easy_set_string(easy, CURLOPT_URL, url)

    if request.method == "HEAD" { _ = croft_easy_set_long(easy, CURLOPT_NOBODY, 1) }
    if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
      _ = croft_easy_set_long(easy, CURLOPT_UPLOAD, 1)
      _ = croft_easy_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.count))
      // Kubernetes never refuses a body by its head; waiting for leave costs a second where a server does not know it.
      headers = curl_slist_append(headers, "Expect:")
    }
    _ = croft_easy_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
    for field in fields {
      headers = curl_slist_append(headers, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    _ = croft_easy_set_list(easy, CURLOPT_HTTPHEADER, headers)
  }

  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    for option in [CURLOPT_PRIVATE, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
      _ = croft_easy_set_pointer(easy, option, context)
    }
    _ = croft_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, reason)
    _ = croft_easy_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let context else { return 0 }
      return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().readHeader(bytes, size * count)
    }
    _ = croft_easy_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let context else { return 0 }
      return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().readBody(bytes, size * count)
    }
    _ = croft_easy_set_data_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let context else { return 0 }
      return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().writeBody(bytes, size * count)
    }
    _ = croft_easy_set_seek_callback(easy) { context, offset, origin in
      guard let context, origin == SEEK_SET else { return CInt(CURL_SEEKFUNC_CANTSEEK) }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      // libcurl rewinds to send a request again on another connection.
      guard transfer.request.isRepeatable || transfer.sent == 0 else { return CInt(CURL_SEEKFUNC_CANTSEEK) }
      transfer.sent = min(Int(offset), transfer.request.body.count)
      return CInt(CURL_SEEKFUNC_OK)
    }
  }

  private func readHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    if let head = head.read(UnsafeRawBufferPointer(start: bytes, count: count)) {
      if isStream {
        expect(within: request.idleTimeout)
        fillsConnection = head.version.hasPrefix("1")
      }
      receiver.receive(head)
    }
    return count
  }

  private func readBody(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let isTaken = receiver.receive(UnsafeRawBufferPointer(start: bytes, count: count))
    // A reader that is slow is no silence of the server.
    if isStream { expect(within: isTaken ? request.idleTimeout : nil) }
    return isTaken ? count : Int(CURL_WRITEFUNC_PAUSE)
  }

  private func writeBody(_ room: UnsafeMutablePointer<CChar>?, _ capacity: Int) -> Int {
    guard let room else { return 0 }
    let count = min(capacity, request.body.count - sent)
    request.body.withUnsafeBytes { body in
      UnsafeMutableRawBufferPointer(start: room, count: capacity).copyMemory(
        from: .init(rebasing: body[sent..<sent + count]))
    }
    sent += count
    return count
  }
}
