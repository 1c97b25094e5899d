import HTTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
  let client = HTTPClient()

  @Test func statusHeadersAndBodyArrive() async throws {
    try await withServer { server in
      let response = try await client.send(HTTPRequest("POST", server.http("echo"), body: Array("hello".utf8)))
      #expect(response.status == 200)
      #expect(response.text == "hello")
      #expect(response.headers["x-method"] == "POST")
      #expect(response.headers["x-host"] == "127.0.0.1:\(server.port)")
      #expect(response.headers["x-answer"] == "two", "of several headers with one name the last")
    }
  }
}
