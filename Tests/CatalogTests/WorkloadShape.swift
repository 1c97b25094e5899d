import Blueprint
import Diagnostics
import JSON
import Testing

/// A release as a cluster file may describe it, named after the fixture that holds what must come out.
struct WorkloadShape: Sendable, CustomTestStringConvertible {
  var fixture: String
  var release: Release
  var testDescription: String { fixture }

  init(_ fixture: String, name: String = "paperless", _ change: (inout Workload) -> Void = { _ in }) {
    self.fixture = fixture
    release = Self.release(name: name, change)
  }

  static func release(name: String = "paperless", _ change: (inout Workload) -> Void = { _ in }) -> Release {
    let span = SourceSpan(file: "cluster.yaml", line: 1, column: 1)
    var workload = Workload(image: "ghcr.io/example/paperless:2.18", span: span)
    change(&workload)
    return Release(
      name: name, section: .apps, namespace: NamespaceSpec(name: "documents", span: span), source: .image(workload),
      span: span)
  }

  static let web = Workload.Port(name: "http", port: 8000)
  static func claim(_ name: String, accessMode: String = "ReadWriteOnce") -> Workload.Volume {
    Workload.Volume(
      name: name, mount: "/var/\(name)",
      source: .claim(size: "20Gi", storageClass: nil, accessMode: accessMode))
  }

  static let all = [
    WorkloadShape("image-only"),
    WorkloadShape("one-port") { $0.ports = [web] },
    WorkloadShape("udp-port-has-no-probe") { $0.ports = [.init(name: "dns", port: 53, transport: "UDP")] },
    WorkloadShape("first-tcp-port-is-probed") {
      $0.ports = [.init(name: "dns", port: 53, transport: "UDP"), .init(name: "dns-tcp", port: 53), web]
    },
    WorkloadShape("claim-makes-recreate") {
      $0.ports = [web]
      $0.storage = [claim("data")]
    },
    WorkloadShape("shared-claim-keeps-rolling") {
      $0.ports = [web]
      $0.replicas = 2
      $0.storage = [claim("media", accessMode: "ReadWriteMany")]
    },
    WorkloadShape("replicas-with-claims-make-a-stateful-set") {
      $0.ports = [web]
      $0.replicas = 3
      $0.storage = [claim("data"), claim("media", accessMode: "ReadWriteMany")]
    },
    WorkloadShape("stateful-set-without-ports") {
      $0.kind = .statefulSet
      $0.storage = [claim("data")]
    },
    WorkloadShape("deployment-as-asked") {
      $0.kind = .deployment
      $0.replicas = 2
      $0.storage = [claim("data")]
    },
    WorkloadShape("every-volume") {
      $0.storage = [
        .init(
          name: "data", mount: "/data",
          source: .claim(size: "1Gi", storageClass: "fast", accessMode: "ReadWriteOncePod")),
        .init(name: "old", mount: "/old", source: .existingClaim("legacy"), readOnly: true),
        .init(name: "keys", mount: "/keys", source: .secret("paperless-keys"), readOnly: true),
        .init(name: "config", mount: "/config", source: .configMap("paperless")),
        .init(name: "tmp", mount: "/tmp", source: .emptyDir),
      ]
    },
    WorkloadShape("existing-claim-of-one-replica") {
      $0.storage = [.init(name: "old", mount: "/old", source: .existingClaim("legacy"))]
    },
    WorkloadShape("existing-claim-of-many-replicas") {
      $0.replicas = 2
      $0.storage = [.init(name: "old", mount: "/old", source: .existingClaim("legacy"))]
    },
    WorkloadShape("environment") {
      $0.env = [
        .init(name: "PORT", value: .text("8000")),
        .init(name: "EMPTY", value: .text("")),
        .init(name: "PASSWORD", value: .secret(name: "paperless", key: "password")),
        .init(name: "LEVEL", value: .configMap(name: "logging", key: "level")),
      ]
      $0.secrets = ["paperless", "smtp"]
      $0.command = ["/usr/bin/paperless"]
      $0.args = ["serve", "--verbose"]
    },
    WorkloadShape("http-probe") {
      $0.ports = [web]
      $0.probe = .init(.http(path: "/health", port: 8000))
    },
    WorkloadShape("command-probe") { $0.probe = .init(.command(["pg_isready", "-U", "paperless"])) },
    WorkloadShape("probe-off") {
      $0.ports = [web]
      $0.probe = .init(.off)
    },
    WorkloadShape("limits") {
      $0.resources.cpu = "1"
      $0.resources.memory = "2Gi"
      $0.resources.cpuLimit = "2"
      $0.resources.memoryLimit = "4Gi"
    },
    WorkloadShape("user-and-group") {
      $0.security.user = 1000
      $0.security.group = 2000
      $0.security.readOnlyRootFilesystem = true
    },
    WorkloadShape("root-with-capabilities") {
      $0.security.user = 0
      $0.security.capabilities = ["cap_net_admin", "NET_BIND_SERVICE"]
    },
    WorkloadShape("privileged-on-the-host-network") {
      $0.ports = [web]
      $0.hostNetwork = true
      $0.security.privileged = true
      $0.security.runAsNonRoot = false
      $0.nodeSelector = ["kubernetes.io/arch": "amd64", "disk": "nvme"]
      $0.tolerations = [["key": "workload", "operator": "Exists", "effect": "NoSchedule"]]
    },
    WorkloadShape("load-balancer") {
      $0.ports = [web, .init(name: "metrics", port: 9090)]
      $0.service.type = .loadBalancer
      $0.service.address = "192.168.14.41"
      $0.service.annotations = ["metallb.io/address-pool": "public", "example.net/owner": "me"]
    },
    WorkloadShape("node-port-ignores-the-address") {
      $0.ports = [web]
      $0.service.type = .nodePort
      $0.service.address = "192.168.14.41"
    },
    WorkloadShape("no-replicas") {
      $0.replicas = 0
      $0.revisionHistoryLimit = 1
    },
  ]
}
