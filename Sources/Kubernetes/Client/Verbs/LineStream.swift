import HTTP

/// The lines of a streamed answer. The request is sent when the first line is asked for, and ends with this value.
actor LineStream {
  private enum Phase {
    case idle
    case open(HTTPBody.Iterator)
    case ended
  }

  private let cluster: Cluster
  private let makeCall: @Sendable (Cluster) throws -> Call
  private var phase = Phase.idle
  private var buffer = LineBuffer()
  private(set) var call: Call?

  init(of cluster: Cluster, _ call: @escaping @Sendable (Cluster) throws -> Call) {
    self.cluster = cluster
    makeCall = call
  }

  /// - Returns: the next line without its end, as `read` sees it; `nil` at the end.
  func next<Line: Sendable>(_ read: @Sendable (ArraySlice<UInt8>) throws -> Line) async throws -> Line? {
    while true {
      if let line = try buffer.next(read) { return line }
      switch phase {
      case .idle:
        phase = .ended
        let call = try makeCall(cluster)
        self.call = call
        // A stream is opened once; whoever follows it knows better when to come back.
        let stream = try await cluster.open(call, .never)
        phase = .open(stream.body.makeAsyncIterator())
      case .open(var body):
        phase = .ended
        do {
          guard let piece = try await body.next(isolation: self) else {
            return try buffer.rest(read)
          }
          buffer.append(piece)
          phase = .open(body)
        } catch let error as HTTPError {
          throw Failure(error, call ?? Call(path: "", subject: ""), cluster.access).error
        }
      case .ended: return nil
      }
    }
  }
}

/// Splits bytes that arrive in pieces into lines, looking at each byte once.
struct LineBuffer {
  private var bytes: [UInt8] = []
  private var start = 0
  private var searched = 0

  mutating func append(_ piece: [UInt8]) {
    if start == bytes.count {
      bytes = piece
      searched = 0
    } else {
      bytes.removeSubrange(..<start)
      searched -= start
      bytes += piece
    }
    start = 0
  }

  /// - Returns: `nil` where no whole line is left.
  mutating func next<Line>(_ read: (ArraySlice<UInt8>) throws -> Line) rethrows -> Line? {
    while let end = bytes[searched...].firstIndex(of: 0x0A) {
      let line = bytes[start..<end]
      start = end + 1
      searched = start
      if !line.isEmpty { return try read(line) }
    }
    searched = bytes.count
    return nil
  }

  /// What follows the last line end.
  mutating func rest<Line>(_ read: (ArraySlice<UInt8>) throws -> Line) rethrows -> Line? {
    let line = bytes[start...]
    start = bytes.count
    searched = start
    return line.isEmpty ? nil : try read(line)
  }
}
