import HTTP
import Testing

extension HTTPTests {
  @Suite struct ReachTests {
    let client = HTTPClient()

    @Test func aRefusedConnectionNamesTheAddress() async throws {
      let server = try await TestServer()
      server.stop()
      // Until its port is closed it may still answer.
      while let response = try? await client.send(HTTPRequest("GET", server.http("echo"))) {
        #expect(response.status == 200)
      }
      await #expect(throws: HTTPError.unreachable("no connection to 127.0.0.1:\(server.port): Connection refused")) {
        try await client.send(HTTPRequest("GET", server.http("echo")))
      }
    }

    @Test func aNameThatDoesNotResolveIsUnreachable() async throws {
      let error = await #expect(throws: HTTPError.self) {
        try await client.send(HTTPRequest("GET", "https://nowhere.invalid/"))
      }
      guard case .unreachable(let reason) = error else { Issue.record("\(String(describing: error))"); return }
      #expect(reason.contains("nowhere.invalid"))
    }

    @Test(arguments: ["silent", "cut"])
    func anAnswerThatIsMissingOrCutIsUnreachable(path: String) async throws {
      try await withServer { server in
        let error = await #expect(throws: HTTPError.self) {
          try await client.send(HTTPRequest("GET", server.http(path)))
        }
        guard case .unreachable(let reason) = error else { Issue.record("\(String(describing: error))"); return }
        #expect(reason.contains("127.0.0.1:\(server.port)"))
      }
    }

    @Test func aConnectionThatNobodyAcceptsTimesOut() async throws {
      // A listening socket whose queue is full drops what comes next, as a firewall does.
      let listener = try FullListener()
      defer { listener.close() }
      let client = HTTPClient(HTTPConfiguration(connectTimeout: .milliseconds(300)))
      let start = ContinuousClock.now
      await #expect(throws: HTTPError.timedOut(after: .milliseconds(300))) {
        try await client.send(HTTPRequest("GET", "http://127.0.0.1:\(listener.port)/"))
      }
      #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func aServerThatStartsAgainIsReachedAgain() async throws {
      try await withServer { server in
        // The server closes the connection behind this answer; the next request needs a new one.
        _ = try? await client.send(HTTPRequest("GET", server.http("cut")))
        let answer = try await client.send(HTTPRequest("POST", server.http("echo"), body: [65]))
        #expect(answer.text == "A")
      }
    }

    @Test(arguments: ["", "127.0.0.1", "file:///etc/passwd", "ftp://127.0.0.1/", "https://", "http://exa mple/"])
    func onlyWebAddressesAreTaken(url: String) async throws {
      let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest("GET", url)) }
      guard case .configuration = error else { Issue.record("\(String(describing: error))"); return }
    }

    @Test(arguments: ["tok\ren", "tok\nen", "tok\r\nX-Other: 1", "tok\0en"])
    func headersCannotBreakTheMessageAndStayOutOfTheError(value: String) async throws {
      let request = HTTPRequest("GET", "http://127.0.0.1:1/", headers: [("Authorization", value)])
      let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
      guard case .configuration(let reason) = error else { Issue.record("\(String(describing: error))"); return }
      #expect(reason.contains("Authorization") && !reason.contains("tok"))
    }

    @Test func tokensStayOutOfErrors() async throws {
      try await withServer { server in
        for path in ["silent", "cut", "hang"] {
          let request = HTTPRequest(
            "GET", server.http(path), headers: [("Authorization", "Bearer s3cr3t")], timeout: .milliseconds(300))
          let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
          #expect(!"\(String(describing: error))".contains("s3cr3t"))
        }
      }
    }
  }
}

extension HTTPTests {
  @Suite struct ProxyTests {
    let pki = TestAuthority.shared

    @Test func httpsGoesThroughTheProxysTunnel() async throws {
      try await withServer(["--proxy"]) { proxy in
        try await withTLSServer { server in
          var configuration = try pki.configuration()
          configuration.proxy = "http://127.0.0.1:\(proxy.port)"
          let client = HTTPClient(configuration)
          // Only the proxy knows where this name is.
          let response = try await client.send(
            HTTPRequest("POST", "https://kubernetes:\(server.port)/echo", body: [65]))
          #expect(response.text == "A")
          #expect(response.headers["x-host"] == "kubernetes:\(server.port)")
          let direct = HTTPClient(HTTPConfiguration(proxy: ""))
          #expect(try await direct.send(HTTPRequest("GET", proxy.http("count/tunnels"))).text == "1")
        }
      }
    }

    @Test func theServerNameHoldsBehindAProxy() async throws {
      try await withServer(["--proxy"]) { proxy in
        try await withTLSServer(certificate: "named") { server in
          var configuration = try pki.configuration()
          configuration.proxy = "http://127.0.0.1:\(proxy.port)"
          configuration.serverName = "kubernetes.default.svc"
          let response = try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo")))
          #expect(response.headers["x-host"] == "127.0.0.1:\(server.port)")
        }
      }
    }

    @Test func aProxyThatRefusesIsUnreachableAndItsPasswordStaysOut() async throws {
      try await withServer { notAProxy in
        var configuration = try pki.configuration()
        configuration.proxy = "http://user:s3cr3t@127.0.0.1:\(notAProxy.port)"
        let client = HTTPClient(configuration)
        let error = await #expect(throws: HTTPError.self) {
          try await client.send(HTTPRequest("GET", "https://kubernetes/"))
        }
        guard case .unreachable(let reason) = error else { Issue.record("\(String(describing: error))"); return }
        #expect(reason.contains("405") && !reason.contains("s3cr3t"))
      }
    }
  }
}
