import FoundationEssentials
import HTTP
import JSON
import Kubernetes
import Lab
import Process
import Synchronization
import Testing

/// A real API server behind a proxy that injects faults.
struct FaultyServer: Sendable {
  let url: String
  let plane: ControlPlane
  private let client = HTTPClient(HTTPConfiguration(proxy: ""))

  /// A fault for the next request whose "METHOD PATH" contains `match`.
  struct Fault {
    var json: JSON
    static func answer(
      _ status: Int, match: String = "", times: Int = 1, body: JSON = [:], headers: JSON = [:]
    ) -> Fault {
      Fault(json: [
        "match": .string(match), "times": .int(times), "status": .int(status), "body": body, "headers": headers,
      ])
    }
    /// `before` or `after` the server has seen the request.
    static func cut(_ when: String, match: String = "", times: Int = 1) -> Fault {
      Fault(json: ["match": .string(match), "times": .int(times), "cut": .string(when)])
    }
    static func rewrite(_ old: String, _ new: String, match: String) -> Fault {
      Fault(json: ["match": .string(match), "rewrite": [.string(old), .string(new)]])
    }
    static func delay(_ seconds: Int, match: String) -> Fault {
      Fault(json: ["match": .string(match), "delay": .int(seconds)])
    }
  }

  init(url: String, plane: ControlPlane) {
    self.url = url
    self.plane = plane
  }

  func inject(_ faults: Fault...) async throws { try await control("__faults", .array(faults.map(\.json))) }

  /// Cuts the connections that stream something.
  func cutStreams() async throws { try await control("__cut", .null) }

  /// `PATCH /api/v1/…`: every request so far that contains the text.
  func requests(_ match: String) async throws -> [String] {
    let response = try await client.send(HTTPRequest("GET", "\(url)/__log"))
    return try JSON(parsing: response.body).array?.compactMap { $0["line"]?.string }.filter { $0.contains(match) } ?? []
  }

  private func control(_ path: String, _ json: JSON) async throws {
    _ = try await client.send(HTTPRequest("PUT", "\(url)/\(path)", body: json.bytes()))
  }

  func cluster(
    _ clock: any Clock<Duration> = ContinuousClock(), retries: RetryPolicy = RetryPolicy(),
    credentials: Credentials? = nil, notices: Notices? = nil
  ) throws -> Cluster {
    var access = try plane.access()
    access.server = url
    access.proxy = ""
    if let credentials { access.credentials = credentials }
    return Cluster(access, clock: clock, retries: retries, random: { 0.5 }) { notices?.add($0) }
  }
}

/// What a client said about its retries.
final class Notices: Sendable {
  private let list = Mutex<[RetryNotice]>([])
  var all: [RetryNotice] { list.withLock { $0 } }
  func add(_ notice: RetryNotice) { list.withLock { $0.append(notice) } }
}

/// Starts a proxy in front of a control plane (the shared one unless said) and ends it afterwards.
func withFaultyServer(plane: ControlPlane? = nil, _ body: (FaultyServer) async throws -> Void) async throws {
  let plane = if let plane { plane } else { try await SharedServer.shared.plane() }
  let folder = FileManager.default.temporaryDirectory.path() + "croft-faults-\(UInt64.random(in: 0 ... .max))"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try faultyServerScript.write(toFile: "\(folder)/proxy.py", atomically: true, encoding: .utf8)
  let upstream = String(plane.url.dropFirst("https://".count))
  let process = try Command("python3", ["\(folder)/proxy.py", upstream, "\(folder)/port"])
    .start(standardError: .file("\(folder)/log"))
  do {
    let port = try await eventually("the proxy's port") {
      try? String(contentsOfFile: "\(folder)/port", encoding: .utf8)
    }
    try await body(FaultyServer(url: "http://127.0.0.1:\(port)", plane: plane))
    await process.kill()
  } catch {
    await process.kill()
    throw error
  }
}

/// Asks until there is an answer; for at most half a minute.
@discardableResult
func eventually<R>(_ what: String, _ ask: () async throws -> R?) async throws -> R {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(30)
  while clock.now < end {
    if let answer = try await ask() { return answer }
    try await clock.sleep(for: .milliseconds(20))
  }
  throw NotSeen(what: what)
}

struct NotSeen: Error { var what: String }
