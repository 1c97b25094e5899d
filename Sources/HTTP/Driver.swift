import CCurl
import Glibc

/// The thread that runs a client's transfers: it takes commands, lets libcurl work, tells receivers, and waits.
///
/// Everything here happens on that thread, apart from `start`. Time-outs are kept here and not by libcurl, since
/// libcurl does not count the time a request waits for a connection, and a stream's ends with its head.
final class Driver {
  /// Connections for requests to one host. Streams must not keep requests from theirs, so they may add to it: each
  /// one over HTTP/1.1, where it has a connection for itself, and every fifty over HTTP/2. Without such a limit
  /// libcurl 7.88 opens a connection for each request that finds the others full.
  private static let connectionsPerHost = 4
  private static let streamsPerAddedConnection = 50
  /// What Kubernetes allows (Go's default); libcurl takes less where the server says so.
  private static let streamsPerConnection = 250

  private let multi: UnsafeMutableRawPointer
  private let mailbox: Mailbox
  private let options: TransferOptions
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  private var streams: [ObjectIdentifier: Transfer] = [:]
  private var connectionLimit = 0
  /// The earliest deadline, or an earlier moment.
  private var nextDeadline: ContinuousClock.Instant?

  /// - Returns: The mailbox through which the new thread can be asked for transfers. It ends when told to.
  static func start(_ configuration: HTTPConfiguration) -> Mailbox {
    _ = globalState
    guard let multi = curl_multi_init() else { return Mailbox(waking: nil) }
    let mailbox = Mailbox(waking: multi)
    let driver = Driver(multi, mailbox, TransferOptions(configuration))
    let context = Unmanaged.passRetained(driver)
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { Driver.main($0) }, context.toOpaque())
    if code == 0 { pthread_detach(thread) } else { context.takeRetainedValue().end() }
    return mailbox
  }

  /// libcurl's own set-up, once for each process.
  private static let globalState = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<Driver>.fromOpaque(context).takeRetainedValue().run()
    return nil
  }

  private init(_ multi: UnsafeMutableRawPointer, _ mailbox: Mailbox, _ options: TransferOptions) {
    self.multi = multi
    self.mailbox = mailbox
    self.options = options
    _ = croft_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    _ = croft_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, Self.streamsPerConnection)
    limitConnections()
  }

  private func run() {
    while execute(mailbox.take()) {
      var running: CInt = 0
      curl_multi_perform(multi, &running)
      finishTransfers()
      expireTransfers()
      limitConnections()
      curl_multi_poll(multi, nil, 0, waitingTime(), nil)
    }
    end()
  }

  /// - Returns: Whether to go on.
  private func execute(_ commands: [Command]) -> Bool {
    for (index, command) in commands.enumerated() {
      switch command {
      case .start(let request, let receiver, let isStream): start(request, receiver, isStream)
      case .cancel(let receiver): remove(receiver, CancellationError())
      case .resume(let receiver): transfers[ObjectIdentifier(receiver)]?.resume()
      case .stop:
        refuse(commands[index...])
        return false
      }
    }
    return true
  }

  private func start(_ request: HTTPRequest, _ receiver: any Receiver, _ isStream: Bool) {
    if receiver.isCancelled { return receiver.finish(CancellationError()) }
    do {
      let transfer = try Transfer(request, receiver, isStream, options)
      transfers[ObjectIdentifier(receiver)] = transfer
      if isStream { streams[ObjectIdentifier(receiver)] = transfer }
      if let deadline = transfer.deadline { note(deadline) }
      curl_multi_add_handle(multi, transfer.easy)
    } catch {
      receiver.finish(error)
    }
  }

  private func remove(_ receiver: any Receiver, _ error: (any Error)?) {
    guard let transfer = transfers.removeValue(forKey: ObjectIdentifier(receiver)) else { return }
    curl_multi_remove_handle(multi, transfer.easy)
    streams[ObjectIdentifier(receiver)] = nil
    receiver.finish(error)
  }

  private func limitConnections() {
    let alone = streams.values.count { $0.fillsConnection }
    let limit = Self.connectionsPerHost + alone + (streams.count - alone) / Self.streamsPerAddedConnection
    if limit == connectionLimit { return }
    _ = croft_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, limit)
    // libcurl does not look again at those that wait for a connection before some transfer ends. So one ends.
    if limit > connectionLimit, let nobody = curl_easy_init() {
      curl_multi_add_handle(multi, nobody)
      curl_multi_remove_handle(multi, nobody)
      curl_easy_cleanup(nobody)
    }
    connectionLimit = limit
  }

  private func finishTransfers() {
    var left: CInt = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let result = croft_message_result(message)
      guard let transfer = Transfer.of(easy) else { continue }
      remove(transfer.receiver, transfer.error(result))
    }
  }

  private func expireTransfers() {
    // A stream's deadline moves with each piece.
    for case let deadline? in streams.values.lazy.map(\.deadline) { note(deadline) }
    guard let nextDeadline, nextDeadline <= .now else { return }
    let now = ContinuousClock.now
    for transfer in transfers.values {
      if let deadline = transfer.deadline, deadline <= now, let timeout = transfer.timeout {
        remove(transfer.receiver, HTTPError.timedOut(after: timeout))
      }
    }
    self.nextDeadline = transfers.values.compactMap(\.deadline).min()
  }

  private func note(_ deadline: ContinuousClock.Instant) {
    nextDeadline = min(nextDeadline ?? deadline, deadline)
  }

  /// Milliseconds to wait at most; libcurl wakes earlier for its own timers, sockets and commands.
  ///
  /// libcurl 7.88 sometimes forgets a transfer whose data another one read from their common HTTP/2 connection: it
  /// finds it only when asked again. So while transfers run, it is asked again before long.
  private func waitingTime() -> CInt {
    let longest: Int64 = transfers.isEmpty ? 60_000 : transfers.count > streams.count ? 20 : 500
    guard let nextDeadline else { return CInt(longest) }
    let wait = ContinuousClock.now.duration(to: nextDeadline)
    return CInt(clamping: max(0, min(longest, wait.milliseconds + 1)))
  }

  private func end() {
    let closed = HTTPError.unreachable("the HTTP client was closed while requests ran")
    refuse(mailbox.close()[...])
    for transfer in Array(transfers.values) { remove(transfer.receiver, closed) }
    curl_multi_cleanup(multi)
  }

  private func refuse(_ commands: ArraySlice<Command>) {
    for case .start(_, let receiver, _) in commands { receiver.finish(HTTPClient.closed) }
  }
}
