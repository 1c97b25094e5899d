import HTTP
import Testing

extension HTTPTests {
  @Suite struct StreamTests {
    let client = HTTPClient()

    @Test func piecesArriveAsTheyAreSent() async throws {
      try await withServer { server in
        let stream = try await client.stream(HTTPRequest("GET", server.http("pieces/one/two/three")))
        #expect(stream.status == 200)
        #expect(stream.headers["transfer-encoding"] == "chunked")
        var seen: [String] = []
        for try await piece in stream.body {
          seen.append(String(decoding: piece, as: UTF8.self))
          // Only now may the server send the next one.
          _ = try await client.send(HTTPRequest("GET", server.http("go")))
        }
        #expect(seen == ["one", "two", "three"])
      }
    }

    @Test func leavingTheLoopClosesTheConnection() async throws {
      try await withServer { server in
        let stream = try await client.stream(HTTPRequest("GET", server.http("endless")))
        for try await piece in stream.body {
          #expect(piece == Array("first".utf8))
          break
        }
        try await server.expectClose(client)
        // The value is still there; a second look says so instead of waiting.
        await #expect(throws: CancellationError.self) { for try await _ in stream.body {} }
      }
    }

    @Test func droppingAnUnreadStreamClosesTheConnection() async throws {
      try await withServer { server in
        _ = try await client.stream(HTTPRequest("GET", server.http("endless")))
        try await server.expectClose(client)
      }
    }

    @Test func cancellingTheReaderEndsTheTransfer() async throws {
      try await withServer { server in
        let (pieces, arrived) = AsyncStream.makeStream(of: Void.self)
        let reader = Task {
          for try await _ in try await client.stream(HTTPRequest("GET", server.http("endless"))).body {
            arrived.yield()
          }
        }
        for await _ in pieces { break }
        // The server says nothing more until it sees the connection's end.
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        try await server.expectClose(client)
      }
    }

    @Test func cancellingBeforeTheHeadEndsTheRequest() async throws {
      try await withServer { server in
        let reader = Task { try await client.stream(HTTPRequest("GET", server.http("hang"), timeout: nil)) }
        while try await server.count("hanging", client) < 1 {}
        reader.cancel()
        await #expect(throws: CancellationError.self) { _ = try await reader.value }
        try await server.expectClose(client)
      }
    }

    @Test func theTimeOutEndsWithTheHead() async throws {
      try await withServer { server in
        await #expect(throws: HTTPError.timedOut(after: .milliseconds(200))) {
          _ = try await client.stream(HTTPRequest("GET", server.http("hang"), timeout: .milliseconds(200)))
        }
        let stream = try await client.stream(
          HTTPRequest("GET", server.http("pieces/one/two"), timeout: .seconds(10)))
        // Longer than the time-out.
        _ = try await client.send(HTTPRequest("GET", server.http("slow/11")))
        _ = try await client.send(HTTPRequest("GET", server.http("go")))
        _ = try await client.send(HTTPRequest("GET", server.http("go")))
        var text = ""
        for try await piece in stream.body { text += String(decoding: piece, as: UTF8.self) }
        #expect(text == "onetwo")
      }
    }

    @Test func anAnswerThatBreaksOffThrowsAfterWhatArrived() async throws {
      try await withServer { server in
        var pieces = try await client.stream(HTTPRequest("GET", server.http("cut"))).body.makeAsyncIterator()
        #expect(try await pieces.next() == Array("part".utf8))
        let error = await #expect(throws: HTTPError.self) { _ = try await pieces.next() }
        guard case .unreachable = error else { Issue.record("\(String(describing: error))"); return }
        #expect(try await pieces.next() == nil)
      }
    }

    @Test func aSlowReaderHoldsTheSenderBackAndLosesNothing() async throws {
      try await withServer { server in
        let size = 64 << 20
        let stream = try await client.stream(HTTPRequest("GET", server.http("flood/\(size)")))
        // What the server could send settles once buffers and sockets are full.
        var last = -1
        while true {
          let flooded = try await server.count("flooded", client)
          _ = try await client.send(HTTPRequest("GET", server.http("slow/0.1")))
          if flooded > 0, flooded == last { break }
          last = flooded
        }
        #expect(last < size / 2)
        var received = 0
        for try await piece in stream.body { received += piece.count }
        #expect(received == size)
      }
    }

    @Test func streamsOverHTTP1LeaveConnectionsForRequests() async throws {
      try await withServer { server in
        var streams: [HTTPStream] = []
        for _ in 0..<20 { streams.append(try await client.stream(HTTPRequest("GET", server.http("endless")))) }
        let response = try await client.send(HTTPRequest("GET", server.http("echo"), timeout: .seconds(60)))
        #expect(response.status == 200)
        #expect(streams.count == 20)
      }
    }

    @Test func manyStreamsAtOnceOverHTTP1LeaveConnectionsForRequests() async throws {
      try await withServer { server in
        let streams = try await withThrowingTaskGroup(of: HTTPStream.self) { group in
          for _ in 0..<20 { group.addTask { try await client.stream(HTTPRequest("GET", server.http("endless"))) } }
          return try await group.reduce(into: [HTTPStream]()) { $0.append($1) }
        }
        let response = try await client.send(HTTPRequest("GET", server.http("echo"), timeout: .seconds(60)))
        #expect(response.status == 200)
        #expect(streams.count == 20)
      }
    }

    @Test func silenceThatIsTooLongEndsAStream() async throws {
      try await withServer { server in
        let request = HTTPRequest("GET", server.http("endless"), timeout: nil, idleTimeout: .seconds(3))
        var pieces = try await client.stream(request).body.makeAsyncIterator()
        #expect(try await pieces.next() == Array("first".utf8))
        await #expect(throws: HTTPError.timedOut(after: .seconds(3))) { _ = try await pieces.next() }
        try await server.expectClose(client)
      }
    }

    @Test func aSlowReaderIsNoSilence() async throws {
      try await withServer { server in
        let size = 16 << 20
        let request = HTTPRequest("GET", server.http("flood/\(size)"), idleTimeout: .seconds(10))
        var received = 0
        for try await piece in try await client.stream(request).body {
          if received == 0 { _ = try await client.send(HTTPRequest("GET", server.http("slow/12"))) }
          received += piece.count
        }
        #expect(received == size)
      }
    }

    @Test func aStreamKeepsItsClientAlive() async throws {
      try await withServer { server in
        let stream = try await HTTPClient().stream(HTTPRequest("GET", server.http("pieces/one")))
        _ = try await client.send(HTTPRequest("GET", server.http("go")))
        var text = ""
        for try await piece in stream.body { text += String(decoding: piece, as: UTF8.self) }
        #expect(text == "one")
      }
    }
  }
}
