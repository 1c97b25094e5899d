import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// The script that keeps a k3d cluster there, on a real API server. Docker and k3d cannot run here: a program of their
  /// name remembers what it was asked, and the cluster that it makes is the lab's.
  @Suite struct K3dScript {
    private static let k3d = """
      #!/bin/sh
      echo "$*" >>"$HOME/calls"
      case "$1 $2" in
        "cluster list") [ ! -e "$HOME/broken" ] && cat "$HOME/clusters" ;;
        "cluster create") echo '[{"name": "factory"}]' >"$HOME/clusters" ;;
        "kubeconfig get") cat "$HOME/lab.yaml" ;;
      esac
      """

    private static let docker = """
      #!/bin/sh
      echo "[{\\"Mounts\\": [{\\"Destination\\": \\"/var/lib/rancher/k3s/storage\\", \\"Source\\": \\"$(cat "$HOME/mounted")\\"}]}]"
      """

    private struct Host {
      var home: Home

      init(_ home: Home) throws {
        self.home = home
        for (name, text) in [("k3d", K3dScript.k3d), ("docker", K3dScript.docker)] {
          try home.write("bin/\(name)", text)
          chmod(home.folder + "/bin/\(name)", 0o755)
        }
        try home.write("clusters", "[]")
        try home.write("mounted", home.folder + "/volumes")
        try home.write("lab.yaml", String(contentsOfFile: home.kubeconfig, encoding: .utf8))
        try home.write("calls", "")
      }

      /// Starts the script with the variables of the rendered unit.
      func start(_ more: [String: String] = [:]) async throws -> CommandOutput {
        let tree = home.folder + "/tree/k3d"
        let unit = try String(contentsOfFile: tree + "/croft-k3d-factory.service", encoding: .utf8)
        var environment = home.environment.mapValues { Optional($0) }
        for match in unit.matches(of: /(?m)^Environment="([A-Z0-9_]+)=(.*)"$/) {
          environment[String(match.1)] = String(match.2)
        }
        environment["PATH"] = home.folder + "/bin:" + Lab.path
        environment["RUNTIME_DIRECTORY"] = home.folder
        environment["KUBECONFIG"] = home.folder + "/etc/kubeconfig"
        environment["KUBECONFIG_GROUP"] = "root"
        environment["STORAGE"] = home.folder + "/volumes"
        environment["GITOPS"] = home.folder + "/tree/argocd/bootstrap"
        environment["GITOPS_TRIES"] = "1"
        environment.merge(more.mapValues { Optional($0) }) { $1 }
        return try await Command("bash", [tree + "/croft-k3d.sh"], environment: environment).run(timeout: .seconds(120))
      }

      func calls() throws -> [String] {
        let calls = try String(contentsOfFile: home.folder + "/calls", encoding: .utf8)
        try home.write("calls", "")
        return calls.split(separator: "\n").map(String.init)
      }
    }

    /// Acceptance S0.4, S0.5, S0.9 to S0.12, S0.14.
    @Test func makesStartsAndFills() async throws {
      try await withHollowCluster { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          let rendered = try await home.croft(
            "render", "-C", Nixlab.root + "/examples/k3d-one-host", "--to", home.folder + "/tree")
          #expect(rendered.isSuccess, "\(rendered)")
          let host = try Host(home)

          // What cannot be listed is not made.
          try home.write("broken", "")
          #expect(try await !host.start().isSuccess)
          #expect(try host.calls() == ["cluster list --output json"])
          try FileManager.default.removeItem(atPath: home.folder + "/broken")

          // A repository that is not there yet: a warning, and the unit stays.
          let early = try await host.start(["GITOPS": home.folder + "/nowhere"])
          #expect(early.isSuccess && early.errorText.contains("<4>there is no"), "\(early)")
          #expect(
            try host.calls() == [
              "cluster list --output json", "cluster create --config /etc/croft/factory/k3d.yaml",
              "kubeconfig get factory",
            ])
          let kubeconfig = try FileManager.default.attributesOfItem(atPath: home.folder + "/etc/kubeconfig")
          #expect((kubeconfig[.posixPermissions] as? NSNumber)?.intValue == 0o640)
          #expect(FileManager.default.fileExists(atPath: home.folder + "/volumes"))

          // Argo CD's first objects: its chart, for which k3s has the definition. The rest waits for what the chart brings.
          let definitions = home.folder + "/definitions.yaml"
          try home.write("definitions.yaml", Self.definitions(["HelmChart.helm.cattle.io"]))
          _ = try await home.kubectl("apply", "-f", definitions)
          try home.write("auth-key", "tskey-auth-1\n")
          let second = try await host.start(["AUTH_KEY_FILE": home.folder + "/auth-key"])
          #expect(!second.isSuccess && second.errorText.contains("<3>"), "\(second)")
          #expect(try host.calls().contains("cluster start factory"))
          let chart = try await home.kubectl("get", "helmchart.helm.cattle.io", "argocd", "-n", "kube-system")
          #expect(chart.contains("argocd"))
          for namespace in ["argocd", "factory"] {
            let key = try await home.kubectl(
              "get", "secret", "tailscale-auth", "-n", namespace, "-o", "jsonpath={.data.authkey}")
            #expect(key == Data("tskey-auth-1".utf8).base64EncodedString())
          }
          #expect(!FileManager.default.fileExists(atPath: home.folder + "/key"))

          try home.write(
            "definitions.yaml",
            Self.definitions(["Application.argoproj.io", "AppProject.argoproj.io", "HelmChart.helm.cattle.io"]))
          _ = try await home.kubectl("apply", "-f", definitions)
          let third = try await host.start()
          #expect(third.isSuccess, "\(third)")
          #expect(third.errorText.isEmpty, "\(third.errorText)")
          #expect(
            try await home.kubectl("get", "applications.argoproj.io", "-A", "-o", "name").contains("/root"))

          // Another folder on a cluster that is there is told, and changes nothing.
          try home.write("mounted", "/somewhere/else")
          let moved = try await host.start()
          #expect(moved.isSuccess && moved.errorText.contains("in '/somewhere/else', not in"), "\(moved)")
        }
      }
    }

    /// The least that a server wants to know of a kind.
    private static func definitions(_ kinds: [String]) -> String {
      kinds.map { kind in
        let parts = kind.split(separator: ".", maxSplits: 1).map(String.init)
        let plural = parts[0].lowercased() + "s"
        let version = parts[1] == "argoproj.io" ? "v1alpha1" : "v1"
        return """
          apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata:
            name: \(plural).\(parts[1])
            annotations: {api-approved.kubernetes.io: unapproved}
          spec:
            group: \(parts[1])
            scope: Namespaced
            names: {kind: \(parts[0]), plural: \(plural), singular: \(parts[0].lowercased())}
            versions:
              - name: \(version)
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

          """
      }.joined(separator: "---\n")
    }
  }
}
