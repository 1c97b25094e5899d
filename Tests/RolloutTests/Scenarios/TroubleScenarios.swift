import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Rollout
import Testing

extension Scenarios {
  @Suite struct Trouble {
    static func maps(_ count: Int) -> String {
      (0..<count).map { "        - {apiVersion: v1, kind: ConfigMap, metadata: {name: m\($0)}, data: {a: \"\($0)\"}}" }
        .joined(separator: "\n")
    }

    @Test func aSecondRunSaysWhoIsAtWork() async throws {
      try await withScenario("trouble-two") { home in
        try home.write(
          """
          apps:
            slow:
              namespace: trouble-two
              image: registry.example.net/slow:1.0
              port: 80
              patches:
                - target: {kind: Deployment}
                  merge: {spec: {template: {metadata: {annotations: {lab.croft.dev/ready-after: 2s}}}}}
          """)
        let (waiting, reached) = AsyncStream.makeStream(of: Void.self)
        async let first = home.deploy { event in if case .waiting = event { reached.yield() } }
        for await _ in waiting { break }
        var other = home.environment()
        other.holder = Holder(user: "eve", host: "elsewhere", process: 1, started: "1")
        let second = Deploy(try home.blueprint(), in: other)
        await #expect {
          _ = try await second.run()
        } throws: { error in
          guard case RolloutError.held(let holder, _) = error else { return false }
          return holder == Holder.current.description
        }
        #expect(try await first.outcome.isSuccess)
        // Afterwards the lease is free.
        #expect(try await second.run().isSuccess)
      }
    }

    @Test func aHolderThatIsGoneHasNoClaim() async throws {
      try await withScenario("trouble-gone") { home in
        try home.write("apps:\n  a:\n    namespace: trouble-gone\n    manifests:\n\(Self.maps(1))\n")
        try await home.takeLease(
          as: Holder(user: "me", host: Holder.current.host, process: 999_999, started: "1"))
        #expect(try await home.deploy().outcome.isSuccess)
      }
    }

    @Test func aStopEndsCleanlyAndTheNextRunGoesOn() async throws {
      try await withScenario("trouble-stop") { home in
        try home.write(
          """
          apps:
            first:
              namespace: trouble-stop
              manifests:
          \(Self.maps(300))
            then: {namespace: trouble-stop, dependsOn: [first], image: "registry.example.net/then:1.0", port: 80}
          """)
        let stop = StopSignal()
        let stopped = try await home.deploy(stop: stop) { event in
          if case .changed(_, let id, .created) = event, id.name == "m3" { await stop.stop() }
        }
        #expect(stopped.outcome.stopped == ["first", "then"])
        let made = stopped.changes.count { $0.contains("configmap/trouble-stop/m") }
        #expect(made >= 1 && made < 300)
        // What was made is what was reported: nothing was cut off in flight.
        let there = try await home.names("configmaps", in: "trouble-stop").filter { $0.hasPrefix("m") }
        #expect(there.count == made)
        let next = try await home.deploy()
        #expect(next.outcome.isSuccess)
        #expect(next.changes.count { $0.contains("configmap/trouble-stop/m") } == 300 - made)
      }
    }

    @Test func theApiServerIsKilledInTheMiddle() async throws {
      try await withHollowCluster { plane, _ in
        try await withScenario("trouble-restart", on: plane) { home in
          try home.write(
            """
            apps:
              first:
                namespace: trouble-restart
                manifests:
            \(Self.maps(60))
              then: {namespace: trouble-restart, dependsOn: [first], image: "registry.example.net/then:1.0", port: 80}
            """)
          let (moment, reached) = AsyncStream.makeStream(of: Void.self)
          async let run = home.deploy { event in
            if case .changed(_, let id, .created) = event, id.name == "m5" { reached.yield() }
          }
          for await _ in moment { break }
          await plane.stopAPIServer()
          try await plane.startAPIServer()
          let result = try await run
          #expect(result.outcome.isSuccess, "\(result.events)")
          #expect(try await home.names("configmaps", in: "trouble-restart").count { $0.hasPrefix("m") } == 60)
          #expect(try await home.deploy().changes == [])
        }
      }
    }

    @Test func aWebhookThatIsNotUpAtFirst() async throws {
      try await withScenario("trouble-webhook") { home in
        let controlPlane = home.controlPlane
        let port = Lab.freePort()
        let serving = try await controlPlane.certificates.issueServing("webhook")
        let authority = try Data(contentsOf: URL(filePath: controlPlane.certificates.ca)).base64EncodedString()
        try await home.kubectl("create", "namespace", "trouble-webhook")
        try await home.kubectl("label", "namespace", "trouble-webhook", "hooked=yes")
        try await home.kubectl(
          "apply", "-f", "-",
          input: """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: trouble-webhook}
            webhooks:
              - name: trouble.croft.dev
                clientConfig: {url: "https://127.0.0.1:\(port)/", caBundle: \(authority)}
                namespaceSelector: {matchLabels: {hooked: "yes"}}
                rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
                failurePolicy: Fail
                sideEffects: None
                admissionReviewVersions: [v1]
                timeoutSeconds: 2
            """)
        try home.write("apps:\n  a:\n    namespace: trouble-webhook\n    manifests:\n\(Self.maps(2))\n")
        let (moment, reached) = AsyncStream.makeStream(of: Void.self)
        async let run = home.deploy { event in if case .step(_, "applying 2 objects") = event { reached.yield() } }
        for await _ in moment { break }
        try await ContinuousClock().sleep(for: .milliseconds(700))
        let script = """
          import http.server, json, ssl, sys
          class Allow(http.server.BaseHTTPRequestHandler):
              def do_POST(self):
                  review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                  body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                                     "response": {"uid": review["request"]["uid"], "allowed": True}}).encode()
                  self.send_response(200)
                  self.send_header("Content-Type", "application/json")
                  self.send_header("Content-Length", str(len(body)))
                  self.end_headers()
                  self.wfile.write(body)
          server = http.server.HTTPServer(("127.0.0.1", \(port)), Allow)
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
          context.load_cert_chain(sys.argv[1], sys.argv[2])
          server.socket = context.wrap_socket(server.socket, server_side=True)
          server.serve_forever()
          """
        let server = try Command("python3", ["-c", script, serving.certificate, serving.key]).start()
        let result = try await run
        _ = await server.kill()
        #expect(result.outcome.isSuccess, "\(result.events)")
        try await home.kubectl("delete", "validatingwebhookconfiguration", "trouble-webhook")
      }
    }

    @Test func theLockRefusesAChangedChart() async throws {
      try await withScenario("trouble-lock") { home in
        try home.write("charts/greeter/Chart.yaml", "apiVersion: v2\nname: greeter\nversion: 1.0.0\n")
        let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: \"VALUE\"}\n"
        try home.write("charts/greeter/templates/map.yaml", template.replacing("VALUE", with: "1"))
        try await withChartServer(charts: [home.folder + "/charts/greeter"]) { server in
          try home.write(
            """
            apps:
              a:
                namespace: trouble-lock
                retries: 0
                chart: {repository: "https://charts.example.net", name: greeter, version: 1.0.0}
            """)
          #expect(try await home.deploy(chartMirror: server.url).outcome.isSuccess)
          let lock = try String(contentsOfFile: home.folder + "/croft.lock", encoding: .utf8)
          #expect(lock.contains("digest: sha256:") && lock.contains("https://charts.example.net"))
          // Pinned and cached: no network needed.
          #expect(try await home.deploy(chartMirror: "http://127.0.0.1:1").changes == [])

          try home.write("charts/greeter/templates/map.yaml", template.replacing("VALUE", with: "2"))
          try await server.publish([home.folder + "/charts/greeter"])
          try FileManager.default.removeItem(atPath: home.folder + "/.cache")
          let run = try await home.deploy(chartMirror: server.url)
          #expect(run.outcome.failed == ["a"])
          #expect(
            run.events.contains {
              if case .releaseFailed("a", let reason) = $0 { reason.contains("croft.lock") } else { false }
            })
        }
      }
    }
  }
}
