import HTTP
import Testing

extension HTTPTests {
  @Suite struct RequestTests {
    let client = HTTPClient()

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func methodBodyAndHeadersTravel(method: String) async throws {
      // Python's server knows no OPTIONS: its own answer shows that the method went out as it is.
      try await withServer { server in
        let response = try await client.send(HTTPRequest(method, server.http("echo"), body: Array("hello".utf8)))
        guard method != "OPTIONS" else {
          #expect(response.status == 501)
          return
        }
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response.headers["x-method"] == method)
        #expect(response.headers["x-host"] == "127.0.0.1:\(server.port)")
        #expect(response.headers["x-answer"] == "two", "of several headers with one name the last")
      }
    }

    @Test func headAnswersWithoutABody() async throws {
      try await withServer { server in
        let response = try await client.send(HTTPRequest("HEAD", server.http("big/1024")))
        #expect(response.status == 200)
        #expect(response.headers["content-length"] == "1024")
        #expect(response.body.isEmpty)
      }
    }

    @Test func requestHeadersAreSentAsGiven() async throws {
      try await withServer { server in
        let response = try await client.send(
          HTTPRequest(
            "POST", server.http("headers"),
            headers: [("Authorization", "Bearer abc"), ("X-Empty", ""), ("Accept", "application/json")]))
        let lines = Set(response.text.split(separator: "\n").map(String.init))
        #expect(lines.contains("authorization: Bearer abc"))
        #expect(lines.contains("x-empty: "))
        #expect(lines.contains("accept: application/json"))
        #expect(lines.contains("user-agent: croft"))
        #expect(lines.contains("content-length: 0"))
        #expect(!response.text.contains("expect:") && !response.text.contains("content-type:"))
      }
    }

    @Test(arguments: [204, 301, 302, 401, 404, 409, 429, 500, 503])
    func everyStatusIsAnAnswerAndRedirectsAreNotFollowed(status: Int) async throws {
      try await withServer { server in
        let response = try await client.send(HTTPRequest("GET", server.http("status/\(status)")))
        #expect(response.status == status)
        #expect(response.headers["location"] == "/echo")
      }
    }

    @Test func interimAnswersAreSkipped() async throws {
      try await withServer { server in
        let response = try await client.send(HTTPRequest("GET", server.http("interim")))
        #expect(response.status == 200)
        #expect(response.text == "final")
        #expect(response.headers["x-early"] == nil)
      }
    }

    @Test func compressedAnswersAreUnpacked() async throws {
      try await withServer { server in
        let response = try await client.send(HTTPRequest("GET", server.http("gzip")))
        #expect(response.body == Array(repeating: UInt8(ascii: "x"), count: 100_000))
      }
    }

    @Test func largeBodiesTravelBothWays() async throws {
      let body = Array((0..<8 << 20).lazy.map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
      try await withServer { server in
        let response = try await client.send(HTTPRequest("PUT", server.http("echo"), body: body))
        #expect(response.body == body)
      }
    }

    @Test func oneConnectionServesRequestAfterRequest() async throws {
      try await withServer { server in
        for _ in 0..<20 { _ = try await client.send(HTTPRequest("GET", server.http("echo"))) }
        let connections = try await server.count("connections", client)
        #expect(connections == 1)
      }
    }

    @Test func manyRequestsShareFewConnections() async throws {
      try await withServer { server in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for number in 0..<200 {
            group.addTask {
              let body = Array("\(number)".utf8)
              let response = try await client.send(HTTPRequest("POST", server.http("echo"), body: body))
              #expect(response.body == body)
              return response.status
            }
          }
          for try await status in group { #expect(status == 200) }
        }
        let connections = try await server.count("connections", client)
        #expect(connections <= 4)
      }
    }

    @Test func theTimeOutCountsFromTheCall() async throws {
      try await withServer { server in
        let start = ContinuousClock.now
        await #expect(throws: HTTPError.timedOut(after: .milliseconds(300))) {
          try await client.send(HTTPRequest("GET", server.http("hang"), timeout: .milliseconds(300)))
        }
        let time = ContinuousClock.now - start
        #expect(time >= .milliseconds(300))
        try await server.expectClose(client)
      }
    }

    @Test func cancellingEndsAHangingRequest() async throws {
      try await withServer { server in
        let request = Task { try await client.send(HTTPRequest("GET", server.http("hang"), timeout: nil)) }
        while try await server.count("hanging", client) < 1 {}
        request.cancel()
        await #expect(throws: CancellationError.self) { try await request.value }
        try await server.expectClose(client)
      }
    }

    @Test(arguments: [false, true])
    func aHangingFirstRequestHoldsUpNoOther(overTLS: Bool) async throws {
      let pki = TestAuthority.shared
      let client = HTTPClient(try pki.configuration())
      let tls = overTLS ? ["--tls", pki.path("server.crt"), pki.path("server.key")] : []
      try await withServer(tls) { server in
        func url(_ path: String) -> String { overTLS ? server.https(path) : server.http(path) }
        let hanging = Task { try await client.send(HTTPRequest("GET", url("hang"), timeout: nil)) }
        let observer = HTTPClient(try pki.configuration())
        while try await observer.send(HTTPRequest("GET", url("count/hanging"))).text != "1" {}
        let response = try await client.send(HTTPRequest("GET", url("echo"), timeout: .seconds(60)))
        #expect(response.status == 200)
        hanging.cancel()
      }
    }

    @Test func aCancelledTaskStartsNothing() async throws {
      try await withServer { server in
        let request = Task {
          withUnsafeCurrentTask { $0?.cancel() }
          return try await client.send(HTTPRequest("GET", server.http("echo")))
        }
        await #expect(throws: CancellationError.self) { try await request.value }
        let connections = try await server.count("connections", client)
        #expect(connections == 1)
      }
    }

    @Test func closeEndsHangingRequestsAndRefusesNewOnes() async throws {
      try await withServer { server in
        let client = HTTPClient()
        let body = try await client.stream(HTTPRequest("GET", server.http("endless"))).body
        let hanging = (0..<2).map { _ in
          Task { try await client.send(HTTPRequest("GET", server.http("hang"), timeout: nil)) }
        }
        var pieces = body.makeAsyncIterator()
        #expect(try await pieces.next() == Array("first".utf8))
        client.close()
        for request in hanging { await #expect(throws: HTTPError.self) { try await request.value } }
        await #expect(throws: HTTPError.self) { _ = try await pieces.next() }
        #expect(try await pieces.next() == nil)
        await #expect(throws: HTTPError.unreachable("the HTTP client was closed")) {
          try await client.send(HTTPRequest("GET", server.http("echo")))
        }
        client.close()
      }
    }
  }
}
