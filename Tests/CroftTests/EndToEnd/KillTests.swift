import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// A deploy that is killed with `kill -9` at twenty different moments, each time followed by one that ends healthy,
  /// with every object once and none left over.
  @Suite struct Killed {
    static func file(_ name: String) -> String {
      """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: \(name)
      apps:
        settings:
          namespace: \(name)
          manifests:
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {a: "1"}}
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {a: "1"}}
            - {apiVersion: v1, kind: Secret, metadata: {name: three}, stringData: {a: "1"}}
        web:
          namespace: \(name)
          image: registry.example.net/web:1.0
          port: 80
          replicas: 2
          dependsOn: [settings]
        chart:
          namespace: \(name)
          chart: {path: chart}
          dependsOn: [settings]
      """
    }

    static func hook(_ name: String, _ moment: String) -> String {
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: \(name), annotations: {helm.sh/hook: \(moment)}}
      spec:
        template:
          spec: {restartPolicy: Never, containers: [{name: run, image: "registry.example.net/run:1"}]}
      """
    }

    @Test func atTwentyMoments() async throws {
      try await withHollowCluster { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          try home.write("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n")
          try home.write("chart/templates/before.yaml", Self.hook("before", "pre-install"))
          try home.write("chart/templates/after.yaml", Self.hook("after", "post-install"))
          try home.write(
            "chart/templates/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: four}\ndata: {a: \"1\"}\n")

          // An undisturbed run tells how many lines there are, and what has to be there in the end.
          try home.write("cluster.yaml", Self.file("kill-none"))
          let whole = try await home.croft("deploy", "--yes", "--output", "json")
          #expect(whole.isSuccess, "\(whole.text)\(whole.errorText)")
          let lines = whole.text.count { $0 == "\n" }
          let expected = try await Self.objects(home, "kill-none")
          #expect(expected.count > 8)

          for moment in 1...20 {
            let name = "kill-\(moment)"
            try home.write("cluster.yaml", Self.file(name))
            let seen = try home.deployKilled(after: max(1, (lines - 1) * moment / 20))
            #expect(seen >= 1)
            let run = try await home.croft("deploy", "--yes", "--output", "json")
            #expect(run.isSuccess, "moment \(moment): \(run.text)\(run.errorText)")
            #expect(try await Self.objects(home, name) == expected, "moment \(moment)")
            let again = try await home.croft("deploy", "--yes", "--output", "json")
            #expect(again.finished?["changes"] == 0, "moment \(moment): \(again.text)")
          }
        }
      }
    }

    /// Kind and name of everything that is labelled as a release's, in the namespace and as inventory.
    static func objects(_ home: Home, _ name: String) async throws -> [String] {
      let kinds = "configmaps,secrets,deployments,services,serviceaccounts,poddisruptionbudgets,jobs"
      let members = try await home.kubectl(
        "get", kinds, "-n", name, "-o", "jsonpath={range .items[*]}{.kind}/{.metadata.name}{\"\\n\"}{end}")
      let parents = try await home.kubectl(
        "get", "configmaps", "-n", "croft-system", "-l", "croft.dev/cluster=\(name)", "-o",
        "jsonpath={range .items[*]}{.metadata.labels.croft\\.dev/release}={.metadata.annotations.croft\\.dev/revision}{\"\\n\"}{end}"
      )
      let complete = parents.split(separator: "\n").filter { !$0.hasSuffix("=") }.map { "\($0.prefix { $0 != "=" })" }
      return
        (members.split(separator: "\n").map(String.init).filter {
          !$0.hasPrefix("Secret/default-token") && !$0.contains("-token-")
        }
        + complete.map { "release/\($0)" }).sorted()
    }
  }
}
