package import Blueprint
import Diagnostics
import JSON

/// https://goharbor.io/docs/latest/install-config/harbor-ha-helm/
package enum Harbor: Component {
  package struct Options: ComponentOptions {
    package var storage = StorageChoice(size: "20Gi")
    package var scans = false
    package var secret = "harbor"
  }

  package static let about = About(
    "harbor", "A registry for images and charts, with projects, people and scans.",
    chart: ChartReference("https://helm.goharbor.io", "harbor", "1.19.1"), namespace: "harbor",
    after: StorageChoice.providers, overhead: Overhead(memory: 1024, cpu: 300))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.storage = reader.storage(size: "20Gi")
    options.scans =
      reader.optional("scans", .truth, "Looks for known weaknesses in images.", byDefault: false) ?? false
    options.secret = reader.secretName("harbor", "The Secret with the words that Harbor's parts and its admin use.")
    return options
  }

  /// The keys of its Secret. Without it the chart would make other words up at each rendering.
  private static let keys = [
    "HARBOR_ADMIN_PASSWORD", "secretKey", "secret", "CSRF_KEY", "JOBSERVICE_SECRET", "REGISTRY_HTTP_SECRET",
    "REGISTRY_PASSWD", "REGISTRY_HTPASSWD",
  ]

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let secret: JSON = .string(options.secret)
    func claim(_ size: String) -> JSON {
      .members(["size": .string(size), "storageClass": options.storage.storageClass.map { .string($0) }])
    }
    var claims: JSON = [
      "registry": claim(options.storage.size), "jobservice": ["jobLog": claim("1Gi")], "database": claim("2Gi"),
      "redis": claim("1Gi"),
    ]
    if options.scans { claims["trivy"] = claim("5Gi") }
    var contribution = Contribution(
      values: [
        // The ingress speaks TLS.
        "expose": ["type": "clusterIP", "tls": ["enabled": false], "clusterIP": ["name": .string(context.name)]],
        "externalURL": .string("https://\(context.host ?? "\(context.name).\(context.namespace).svc.cluster.local")"),
        "existingSecretAdminPassword": secret, "existingSecretSecretKey": secret,
        "core": ["existingSecret": secret, "existingXsrfSecret": secret],
        "jobservice": ["existingSecret": secret],
        "registry": ["existingSecret": secret, "credentials": ["existingSecret": secret]],
        "trivy": ["enabled": .bool(options.scans)],
        "persistence": ["resourcePolicy": "keep", "persistentVolumeClaim": claims],
        // Two pods cannot hold one volume.
        "updateStrategy": ["type": "Recreate"],
      ],
      waitFor: ["core", "portal", "registry"].map {
        "deployment/\(context.namespace)/\(context.fullName(about.name))-\($0)"
      },
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: keys,
          for: "password of Harbor's admin, and the words that its parts know each other by")
      ],
      openings: [
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [5000, 5432, 6379, 8080],
          because: "its parts talk to each other"),
        Opening(.egress, .world, ports: [443], because: "it fetches images of other registries for you"),
      ])
    contribution.page = WebPage(context.name, port: 80)
    if context.blueprint.nodes.contains(where: { $0.hardware.architecture == .arm64 }),
      !context.blueprint.nodes.contains(where: { $0.hardware.architecture == .amd64 })
    {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has images for amd64 alone, and no node is of that kind", fix: "use another registry"))
    }
    if context.host == nil {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no host, so that only pods can reach it", .warning, fix: "add 'expose: registry'"))
    }
    return contribution
  }
}
