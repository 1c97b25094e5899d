import Foundation
import HTTP
import Process
import Redaction
import Testing

/// A web server in a child process, gone with `stop` or with the tests.
struct TestServer {
  let port: Int
  private let run: Task<CommandOutput.Status, any Error>

  init(_ arguments: [String] = []) async throws {
    let script = try TestDirectory.shared.write("server.py", serverScript)
    let (said, says) = AsyncStream.makeStream(of: [UInt8].self)
    run = Task {
      defer { says.finish() }
      return try await Command("/usr/bin/python3", [script] + arguments).converse { stream, bytes in
        if stream == .output { says.yield(bytes) } else { FileHandle.standardError.write(Data(bytes)) }
        return []
      }
    }
    var line = ""
    for await bytes in said {
      line += String(decoding: bytes, as: UTF8.self)
      if line.hasSuffix("\n") { break }
    }
    port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "the test server did not start")
  }

  func stop() { run.cancel() }

  func stopAndWait() async {
    stop()
    _ = await run.result
  }

  func http(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }
  func https(_ path: String) -> String { "https://127.0.0.1:\(port)/\(path)" }

  /// Expects the server to see the end of a connection that it was holding.
  func expectClose(_ client: HTTPClient) async throws {
    let response = try await client.send(HTTPRequest("GET", http("closed")))
    #expect(response.status == 200, "the server did not see the connection's end within a minute")
  }

  /// Connections that this process has open to the server right now.
  func openConnections() throws -> Int {
    let remote = ":" + String(port + 0x10000, radix: 16, uppercase: true).suffix(4)
    let table = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/net/tcp")).readToEnd() ?? Data()
    return String(decoding: table, as: UTF8.self).split(separator: "\n").count { line in
      let fields = line.split(separator: " ")
      return fields.count > 3 && fields[2].hasSuffix(remote) && fields[3] == "01"
    }
  }

  func count(_ name: String, _ client: HTTPClient) async throws -> Int {
    try #require(Int(try await client.send(HTTPRequest("GET", http("count/\(name)"))).text))
  }
}

/// Runs `body` with a server and ends the server afterwards.
func withServer<Result>(
  _ arguments: [String] = [], _ body: (TestServer) async throws -> Result
) async throws -> Result {
  let server = try await TestServer(arguments)
  defer { server.stop() }
  return try await body(server)
}

/// HTTPS with a certificate of the test authority for `localhost`, `kubernetes` and 127.0.0.1.
func withTLSServer<Result>(
  certificate: String = "server", _ arguments: [String] = [], _ body: (TestServer) async throws -> Result
) async throws -> Result {
  let pki = TestAuthority.shared
  return try await withServer(
    ["--tls", pki.path("\(certificate).crt"), pki.path("\(certificate).key")] + arguments, body)
}

let hasFrontServer = FileManager.default.isExecutableFile(atPath: frontServer)
private let frontServer = "/usr/sbin/nghttpx"

/// HTTP/2 over TLS (nghttpx) in front of the plain server.
func withHTTP2Server<Result>(_ body: (TestServer) async throws -> Result) async throws -> Result {
  let pki = TestAuthority.shared
  let front = [
    frontServer, "--frontend=127.0.0.1,{port}", "--backend=127.0.0.1,{backend}", "--conf=/dev/null", "--workers=1",
    "--backend-connections-per-host=1000", pki.path("server.key"), pki.path("server.crt"),
  ]
  return try await withServer(["--front"] + front, body)
}

/// A directory for the run of the tests.
struct TestDirectory {
  static let shared = TestDirectory()
  let path = NSTemporaryDirectory() + "croft-http-tests-\(getpid())"

  init() {
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: TestDirectory.shared.path) }
  }

  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }
}

/// Certificates made by openssl: `ca`, `server` and `client` of that authority, `other-ca` that nobody trusts.
struct TestAuthority {
  static let shared = TestAuthority()

  init() {
    let script = """
      set -e
      cd "$1"
      for ca in ca other-ca; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$ca" \
          -keyout $ca.key -out $ca.crt
      done
      issue() { # name, extensions
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
          -keyout $1.key -out $1.csr
        printf "$2" > $1.ext
        openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.crt
      }
      issue server "subjectAltName=DNS:localhost,DNS:kubernetes,IP:127.0.0.1\\n"
      issue named "subjectAltName=DNS:kubernetes.default.svc\\n"
      issue client "extendedKeyUsage=clientAuth\\n"
      openssl ec -in client.key -aes256 -passout pass:word -out encrypted.key
      """
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, "sh", TestDirectory.shared.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
  }

  func path(_ name: String) -> String { TestDirectory.shared.path + "/" + name }

  func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

  /// Trusts `ca`, and shows the client certificate if asked to.
  func configuration(trusting ca: String = "ca", showing client: String? = nil) throws -> HTTPConfiguration {
    var configuration = HTTPConfiguration(certificateAuthorities: try read("\(ca).crt"))
    if let client {
      configuration.clientCertificate = try read("\(client).crt")
      configuration.clientKey = Secret(try read("\(client).key"))
    }
    return configuration
  }
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
