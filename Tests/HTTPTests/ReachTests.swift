import Testing

@testable import HTTP

extension HTTPTests {
  @Suite struct ReachTests {
    let client = HTTPClient()

    @Test func aRefusedConnectionNamesTheAddress() async throws {
      let server = try await TestServer()
      await server.stopAndWait()
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
      await #expect(throws: HTTPError.timedOut(after: .milliseconds(300))) {
        try await client.send(HTTPRequest("GET", "http://127.0.0.1:\(listener.port)/"))
      }
    }

    @Test func aServerThatStartsAgainIsReachedAgain() async throws {
      let first = try await TestServer()
      for _ in 0..<3 { _ = try await client.send(HTTPRequest("GET", first.http("echo"))) }
      await first.stopAndWait()
      await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest("GET", first.http("echo"))) }
      // The client's kept connections are dead now, and it finds out by itself.
      try await withServer(["--port", "\(first.port)"]) { server in
        let response = try await client.send(HTTPRequest("POST", server.http("echo"), body: [65]))
        #expect(response.text == "A")
      }
    }

    @Test func whatDoesNotSpeakHTTPIsUnreachable() async throws {
      try await withTLSServer { server in
        let error = await #expect(throws: HTTPError.self) {
          try await client.send(HTTPRequest("GET", server.http("echo")))
        }
        guard case .unreachable = error else { Issue.record("\(String(describing: error))"); return }
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

    @Test func aProxyThatIsNotThereIsNamed() async throws {
      let proxy = try await TestServer()
      await proxy.stopAndWait()
      let client = HTTPClient(HTTPConfiguration(proxy: "http://127.0.0.1:\(proxy.port)"))
      let error = await #expect(throws: HTTPError.self) {
        try await client.send(HTTPRequest("GET", "https://kubernetes/"))
      }
      guard case .unreachable(let reason) = error else { Issue.record("\(String(describing: error))"); return }
      #expect(reason.contains("kubernetes:443") && reason.contains("127.0.0.1 port \(proxy.port)"))
    }

    @Test(arguments: ["http://user:s3cr3t@[bad", "http://user:s3cr3t@nowhere.invalid", "odd://user:s3cr3t@127.0.0.1"])
    func anUnusableProxyDoesNotShowItsPassword(proxy: String) async throws {
      let error = await #expect(throws: HTTPError.self) {
        try await HTTPClient(HTTPConfiguration(proxy: proxy)).send(HTTPRequest("GET", "https://kubernetes/"))
      }
      #expect(!"\(String(describing: error))".contains("s3cr3t"))
    }

    @Test(arguments: [
      ("10.1.2.3", true), ("11.1.2.3", false), ("192.168.7.9", true), ("192.168.8.9", false), ("fd00::1", true),
      ("fe00::1", false), ("api.home.arpa", true), ("home.arpa", true), ("nothome.arpa", false),
      ("API.Corp.Example", true), ("corp.example.org", false),
    ])
    func noProxyNamesHostsAndNetworks(host: String, isListed: Bool) {
      let list = NoProxy("10.0.0.0/8,192.168.7.9, fd00::/8,home.arpa,.corp.example,/8,10.0.0.0/99")
      #expect(list.contains(host) == isListed)
      #expect(NoProxy("*").contains(host))
      #expect(!NoProxy("").contains(host))
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
