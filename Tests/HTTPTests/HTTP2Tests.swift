import HTTP
import Testing

extension HTTPTests {
  /// Against nghttpx, which ends HTTP/2 in front of the plain server.
  @Suite(.enabled(if: hasFrontServer, "nghttpx is missing: apt-get install nghttp2-proxy"))
  struct HTTP2Tests {
    let client: HTTPClient

    init() throws { client = HTTPClient(try TestAuthority.shared.configuration()) }

    @Test func requestsAreMultiplexed() async throws {
      try await withHTTP2Server { server in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<200 {
            group.addTask {
              let response = try await client.send(HTTPRequest("GET", server.https("slow/0.2")))
              #expect(response.text == "slow")
              #expect(response.headers["via"]?.contains("nghttpx") == true)
            }
          }
          try await group.waitForAll()
        }
        #expect(try server.openConnections() <= 4)
        let peak = try await client.send(HTTPRequest("GET", server.https("count/peak"))).text
        #expect(try #require(Int(peak)) > 20)
      }
    }

    @Test func theServerNameHoldsAndTheAuthorityStays() async throws {
      try await withHTTP2Server { server in
        var configuration = try TestAuthority.shared.configuration()
        configuration.serverName = "kubernetes"
        let response = try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo")))
        #expect(response.headers["x-host"] == "127.0.0.1:\(server.port)")
      }
    }

    @Test func manyStreamsAtOnceNeedFewConnections() async throws {
      try await withHTTP2Server { server in
        let streams = try await withThrowingTaskGroup(of: HTTPStream.self) { group in
          for _ in 0..<250 { group.addTask { try await client.stream(HTTPRequest("GET", server.https("endless"))) } }
          return try await group.reduce(into: [HTTPStream]()) { $0.append($1) }
        }
        #expect(streams.count == 250)
        #expect(try server.openConnections() <= 10)
      }
    }

    @Test func cancellingOneLeavesTheOthersOnItsConnection() async throws {
      try await withHTTP2Server { server in
        async let slow = client.send(HTTPRequest("GET", server.https("slow/1")))
        let hanging = Task { try await client.send(HTTPRequest("GET", server.https("hang"), timeout: nil)) }
        while try await client.send(HTTPRequest("GET", server.https("count/hanging"))).text != "1" {}
        hanging.cancel()
        await #expect(throws: CancellationError.self) { try await hanging.value }
        let closed = try await client.send(HTTPRequest("GET", server.https("closed")))
        #expect(closed.status == 200)
        let response = try await slow
        #expect(response.text == "slow")
        #expect(try server.openConnections() == 1)
      }
    }

    @Test func largeBodiesTravelBothWays() async throws {
      let body = Array((0..<8 << 20).lazy.map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
      try await withHTTP2Server { server in
        let response = try await client.send(HTTPRequest("PUT", server.https("echo"), body: body))
        #expect(response.body == body)
      }
    }

    /// libcurl 7.88 loses sight of transfers, one in some thousand, until something else happens on their connection:
    /// see `Driver.waitingTime` and `TransferOptions.bufferSize`. Nothing else happens here, and nothing times out: one
    /// that is lost outlasts the test's time limit.
    @Test func noneOfManyAnswersAtOnceIsLost() async throws {
      var configuration = try TestAuthority.shared.configuration()
      configuration.connectTimeout = .seconds(3600)
      try await withHTTP2Server { server in
        for _ in 0..<200 {
          let client = HTTPClient(configuration)
          try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
              let size = [256, 8192, 16384, 40960, 65536, 131072][number % 6]
              group.addTask {
                let response = try await client.send(
                  HTTPRequest("GET", server.https("flood/\(size)"), timeout: nil))
                #expect(response.body.count == size)
              }
            }
            try await group.waitForAll()
          }
          client.close()
        }
      }
    }

    @Test func manyStreamsLeaveRoomForRequests() async throws {
      try await withHTTP2Server { server in
        var streams: [HTTPStream] = []
        for _ in 0..<150 { streams.append(try await client.stream(HTTPRequest("GET", server.https("endless")))) }
        let response = try await client.send(HTTPRequest("GET", server.https("echo"), timeout: .seconds(60)))
        #expect(response.status == 200)
        for stream in streams {
          for try await piece in stream.body {
            #expect(piece == Array("first".utf8))
            break
          }
        }
        let closed = try await client.send(HTTPRequest("GET", server.https("closed")))
        #expect(closed.status == 200)
      }
    }

    @Test func aSlowReaderDoesNotHoldUpOthersOnItsConnection() async throws {
      try await withHTTP2Server { server in
        let size = 64 << 20
        let stream = try await client.stream(HTTPRequest("GET", server.https("flood/\(size)")))
        var received = 0
        for try await piece in stream.body {
          received += piece.count
          // The reader itself may need another answer before it goes on.
          if received < 8 << 20 {
            let response = try await client.send(HTTPRequest("GET", server.https("slow/0.1"), timeout: .seconds(60)))
            #expect(response.text == "slow")
          }
        }
        #expect(received == size)
      }
    }
  }
}
