/// Keeps an observation going, step by step as it is asked for the next one.
actor Observer {
  private enum Phase {
    case listing
    case connecting(from: String)
    case watching(from: String, AsyncThrowingStream<WatchEvent, any Error>.Iterator, since: Stopwatch)
  }

  private static let firstWait = Duration.milliseconds(250)
  private static let longestWait = Duration.seconds(30)
  /// A watch that lives this long was worth its connection.
  private static let shortLife = Duration.seconds(1)

  private let api: any KubernetesAPI
  private let resource: Resource
  private let namespace: String?
  private let options: ListOptions
  private let clock: any Clock<Duration>
  private var phase = Phase.listing
  /// Before the next connection; none after one that went well.
  private var wait = Duration.zero

  init(
    of api: any KubernetesAPI, _ resource: Resource, _ namespace: String?, _ options: ListOptions,
    _ clock: any Clock<Duration>
  ) {
    self.api = api
    self.resource = resource
    self.namespace = namespace
    self.options = options
    self.clock = clock
  }

  func next() async throws -> Observation? {
    while true {
      do {
        if let observation = try await step() { return observation }
      } catch let error as KubernetesError {
        if case .watching(let version, _, _) = phase { phase = .connecting(from: version) }
        if case .expired = error {
          phase = .listing
          growWait()
        } else if error.isFinal {
          throw error
        } else {
          growWait()
          return .interrupted("\(error)")
        }
      }
    }
  }

  /// - Returns: `nil` where there is nothing to tell.
  private func step() async throws -> Observation? {
    switch phase {
    case .listing:
      try await pause()
      let list = try await api.list(resource, namespace: namespace, options)
      phase = .connecting(from: list.resourceVersion)
      return .snapshot(list.items)
    case .connecting(let version):
      try await pause()
      let events = api.watch(resource, namespace: namespace, options, from: version)
      phase = .watching(from: version, events.makeAsyncIterator(), since: Stopwatch(clock))
      return nil
    case .watching(let version, var events, let stopwatch):
      guard let event = try await events.next(isolation: self) else {
        try Task.checkCancellation()
        phase = .connecting(from: version)
        if stopwatch.elapsed < Self.shortLife { growWait() } else { wait = .zero }
        return nil
      }
      wait = .zero
      switch event {
      case .added(let object), .modified(let object):
        phase = .watching(from: object.resourceVersion ?? version, events, since: stopwatch)
        return .changed(object)
      case .deleted(let object):
        phase = .watching(from: object.resourceVersion ?? version, events, since: stopwatch)
        return .deleted(object)
      case .bookmark(let bookmark):
        phase = .watching(from: bookmark.isEmpty ? version : bookmark, events, since: stopwatch)
        return nil
      }
    }
  }

  private func pause() async throws {
    if wait > .zero { try await clock.sleep(for: wait) }
  }

  private func growWait() { wait = wait == .zero ? Self.firstWait : min(wait * 2, Self.longestWait) }
}

extension KubernetesError {
  /// Whether trying again later cannot help without a change by a person.
  var isFinal: Bool {
    switch self {
    case .untrusted, .configuration, .invalidRequest, .conflict: true
    case .status(let failure): (400..<500).contains(failure.code) && ![408, 410, 429].contains(failure.code)
    // A credential plugin may need the network that is just not there.
    case .expired, .unreachable, .credentials, .malformed: false
    }
  }
}
