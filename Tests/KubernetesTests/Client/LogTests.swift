import FoundationEssentials
import JSON
import Kubernetes
import Lab
import Process
import Testing

@Suite("Logs", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct LogTests {
  /// Answers what an API server asks a kubelet for: the last lines, and two more when it is to follow.
  private static let kubelet = """
    import http.server, os, ssl, sys, time
    from urllib.parse import parse_qs, urlparse

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments): pass
        def do_GET(self):
            url = urlparse(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            lines = [url.path, 'previous ' + query.get('previous', 'false'), 'three', 'vier', 'fünf']
            self.send_response(200)
            self.end_headers()
            for line in lines[-int(query['tailLines']):]: self.wfile.write((line + '\\n').encode())
            if query.get('follow') == 'true':
                for line in ['six', 'seven']:
                    time.sleep(0.2)
                    self.wfile.write((line + '\\n').encode())

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(sys.argv[3] + '.new', 'w') as file: file.write(str(server.server_port))
    os.rename(sys.argv[3] + '.new', sys.argv[3])
    server.serve_forever()
    """

  /// A running pod on a node whose kubelet is the script.
  private func withPod(_ body: (Sandbox) async throws -> Void) async throws {
    let box = try await Sandbox.make()
    let folder = "\(box.plane.folder)/kubelet-\(box.namespace)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.kubelet.write(toFile: "\(folder)/kubelet.py", atomically: true, encoding: .utf8)
    let pair = try await box.plane.certificates.issueServing("kubelet-\(box.namespace)")
    let process = try Command("python3", ["\(folder)/kubelet.py", pair.certificate, pair.key, "\(folder)/port"]).start()
    do {
      let port = try await eventually("the kubelet's port") {
        (try? String(contentsOfFile: "\(folder)/port", encoding: .utf8)).flatMap { Int($0) }
      }
      try await makePod(box, port)
      try await body(box)
      await process.kill()
    } catch {
      await process.kill()
      throw error
    }
  }

  private func makePod(_ box: Sandbox, _ port: Int) async throws {
    let discovery = try await box.cluster.discovery(refresh: false)
    let nodes = try #require(discovery.resource(named: "node"))
    let node: JSON = ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(box.namespace)]]
    _ = try await box.cluster.apply(Object(node), nodes, ApplyOptions())
    let status: JSON = [
      "status": [
        "addresses": [["type": "InternalIP", "address": "127.0.0.1"]],
        "daemonEndpoints": ["kubeletEndpoint": ["Port": .int(port)]],
      ]
    ]
    _ = try await box.cluster.patch(
      nodes, namespace: nil, name: box.namespace, .merge(status), subresource: "status", dryRun: false)
    let account: JSON = [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": ["name": "default", "namespace": .string(box.namespace)],
    ]
    _ = try await box.cluster.apply(Object(account), try #require(discovery.resource(named: "sa")), ApplyOptions())
    let pod: JSON = [
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web", "namespace": .string(box.namespace)],
      "spec": [
        "automountServiceAccountToken": false, "nodeName": .string(box.namespace),
        "containers": [["name": "web", "image": "web"], ["name": "side", "image": "side"]],
      ],
    ]
    _ = try await box.cluster.apply(Object(pod), .pods, ApplyOptions())
  }

  @Test("The last lines of a container; of its predecessor where asked for")
  func tail() async throws {
    try await withPod { box in
      let last = try await box.cluster.logs(
        pod: "web", namespace: box.namespace, container: "side", previous: false, tail: 2)
      #expect(last == "vier\nfünf\n")
      let all = try await box.cluster.logs(
        pod: "web", namespace: box.namespace, container: "side", previous: true, tail: 5)
      #expect(all.hasPrefix("/containerLogs/\(box.namespace)/web/side\nprevious true\n"))
      let error = await #expect(throws: KubernetesError.self) {
        try await box.cluster.logs(pod: "web", namespace: box.namespace, container: nil, previous: false, tail: 2)
      }
      #expect("\(try #require(error))".contains("[web side]"), "two containers: the server wants to know which")
    }
  }

  @Test("Following ends with the container")
  func follow() async throws {
    try await withPod { box in
      var lines: [String] = []
      for try await line in box.cluster.followLogs(pod: "web", namespace: box.namespace, container: "web", tail: 1) {
        lines.append(line)
      }
      #expect(lines == ["fünf", "six", "seven"])
    }
  }
}
