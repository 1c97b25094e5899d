import HTTP
import Redaction
import Testing

extension HTTPTests {
  @Suite struct TrustTests {
    let pki = TestAuthority.shared

    @Test func aCertificateOfATrustedAuthorityIsAccepted() async throws {
      try await withTLSServer { server in
        let client = HTTPClient(try pki.configuration())
        #expect(try await client.send(HTTPRequest("POST", server.https("echo"), body: [65])).text == "A")
      }
    }

    @Test func unknownAuthoritiesAreRefused() async throws {
      try await withTLSServer { server in
        for configuration in [try pki.configuration(trusting: "other-ca"), HTTPConfiguration()] {
          let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo")))
          }
          guard case .untrusted(let reason) = error else { Issue.record("\(String(describing: error))"); return }
          #expect(reason.contains("127.0.0.1:\(server.port)"))
        }
      }
    }

    @Test func verificationCanBeTurnedOff() async throws {
      try await withTLSServer(certificate: "named") { server in
        let client = HTTPClient(HTTPConfiguration(verifiesCertificates: false))
        let response = try await client.send(HTTPRequest("GET", server.https("echo")))
        #expect(response.status == 200)
      }
    }

    @Test func aCertificateForAnotherNameNeedsTheServerName() async throws {
      try await withTLSServer(certificate: "named") { server in
        var configuration = try pki.configuration()
        let error = await #expect(throws: HTTPError.self) {
          try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo")))
        }
        guard case .untrusted = error else { Issue.record("\(String(describing: error))"); return }

        configuration.serverName = "kubernetes.default.svc"
        let response = try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo")))
        #expect(response.headers["x-host"] == "127.0.0.1:\(server.port)", "the Host header stays that of the URL")

        configuration.serverName = "other.default.svc"
        let other = await #expect(throws: HTTPError.self) {
          try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo")))
        }
        guard case .untrusted = other else { Issue.record("\(String(describing: other))"); return }
      }
    }

    @Test func theServerNameMayBeAnAddress() async throws {
      try await withTLSServer { server in
        var configuration = try pki.configuration()
        configuration.serverName = "127.0.0.1"
        let url = "https://localhost:\(server.port)/echo"
        #expect(try await HTTPClient(configuration).send(HTTPRequest("GET", url)).status == 200)
        configuration.serverName = "127.0.0.2"
        await #expect(throws: HTTPError.self) { try await HTTPClient(configuration).send(HTTPRequest("GET", url)) }
      }
    }

    @Test func theClientCertificateIsShown() async throws {
      try await withTLSServer(["--client-ca", pki.path("ca.crt")]) { server in
        let client = HTTPClient(try pki.configuration(showing: "client"))
        #expect(try await client.send(HTTPRequest("GET", server.https("echo"))).status == 200)
        // Certificate and key may stand in one text.
        var configuration = try pki.configuration()
        configuration.clientCertificate = try pki.read("client.crt") + pki.read("client.key")
        #expect(try await HTTPClient(configuration).send(HTTPRequest("GET", server.https("echo"))).status == 200)
      }
    }

    @Test(arguments: [nil, "other-ca"])
    func aMissingOrForeignClientCertificateIsNotAccepted(shown: String?) async throws {
      try await withTLSServer(["--client-ca", pki.path("ca.crt")]) { server in
        let client = HTTPClient(try pki.configuration(showing: shown))
        let error = await #expect(throws: HTTPError.self) {
          try await client.send(HTTPRequest("GET", server.https("echo")))
        }
        guard case .untrusted = error else { Issue.record("\(String(describing: error))"); return }
      }
    }

    @Test func unusableCertificatesAndKeysSaySo() async throws {
      let good = try pki.configuration(showing: "client")
      var authorities = good
      authorities.certificateAuthorities = Array("not a certificate".utf8)
      var certificate = good
      certificate.clientCertificate = Array("not a certificate".utf8)
      var key = good
      key.clientKey = Secret(Array("not a key".utf8))
      var foreignKey = good
      foreignKey.clientKey = Secret(try pki.read("server.key"))
      var encryptedKey = good
      encryptedKey.clientKey = Secret(try pki.read("encrypted.key"))
      try await withTLSServer(["--client-ca", pki.path("ca.crt")]) { server in
        for configuration in [authorities, certificate, key, foreignKey, encryptedKey] {
          let client = HTTPClient(configuration)
          let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest("GET", server.https("echo")))
          }
          guard case .configuration = error else { Issue.record("\(String(describing: error))"); continue }
        }
      }
    }

    @Test func aServerWithoutTLSIsNotTrusted() async throws {
      try await withServer { server in
        let error = await #expect(throws: HTTPError.self) {
          try await HTTPClient().send(HTTPRequest("GET", server.https("echo")))
        }
        guard case .untrusted = error else { Issue.record("\(String(describing: error))"); return }
      }
    }
  }
}
