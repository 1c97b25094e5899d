package import Blueprint
import Diagnostics
import JSON

/// https://goharbor.io/docs/latest/install-config/harbor-ha-helm/
package enum Harbor: Component {
  package struct Options: ComponentOptions {
    /// Of images.
    package var storage = StorageChoice(size: "20Gi")
    package var scans = false
    /// Of the identity provider; its members are Harbor's admins.
    package var adminGroup: String?
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
    options.adminGroup = reader.optional(
      "adminGroup", .filled("a group"), "With 'auth: oidc': the group whose members may do everything.")
    options.secret = reader.secretName("harbor", "The Secret with the words that Harbor's parts and its admin use.")
    return options
  }

  /// The keys of its Secret. Without it the chart would make other words up at each rendering.
  private static let keys = [
    "HARBOR_ADMIN_PASSWORD", "secretKey", "secret", "CSRF_KEY", "JOBSERVICE_SECRET", "REGISTRY_HTTP_SECRET",
    "REGISTRY_PASSWD", "REGISTRY_HTPASSWD",
  ]
  /// What core signs the registry's tokens with.
  private static let tokenKeys = ["tls.crt", "tls.key"]

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let secret: JSON = .string(options.secret)
    let name = context.fullName(about.name)
    let isSigned = context.has("cert-manager")
    var contribution = Contribution(
      values: [
        // The ingress speaks TLS.
        "expose": ["type": "clusterIP", "tls": ["enabled": false], "clusterIP": ["name": .string(context.name)]],
        "externalURL": .string("https://\(context.host ?? "\(context.name).\(context.namespace).svc.cluster.local")"),
        "existingSecretAdminPassword": secret, "existingSecretSecretKey": secret,
        "core": [
          "existingSecret": secret, "existingXsrfSecret": secret,
          "secretName": isSigned ? .string("\(name)-token") : secret,
        ],
        "jobservice": ["existingSecret": secret],
        "registry": ["existingSecret": secret, "credentials": ["existingSecret": secret]],
        "trivy": ["enabled": .bool(options.scans)],
        "persistence": ["resourcePolicy": "keep", "persistentVolumeClaim": claims(options)],
        "metrics": ["enabled": .bool(context.has("kube-prometheus-stack"))],
        // Two pods cannot hold one volume.
        "updateStrategy": ["type": "Recreate"],
      ],
      objects: isSigned ? token("\(name)-token", context) : [],
      waitFor: ["core", "jobservice", "nginx", "portal", "registry"].map {
        "deployment/\(context.namespace)/\(name)-\($0)"
      },
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: keys + (isSigned ? [] : tokenKeys),
          for: "password of Harbor's admin, and the words that its parts know each other by; 'secretKey' has 16 letters"
        )
      ],
      openings: [
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [5000, 6379, 8080],
          because: "its parts talk to each other"),
        Opening(.egress, .world, ports: [443], because: "it fetches images of other registries for you"),
      ])
    contribution.page = WebPage(context.name, port: 80)
    contribution.monitors = [
      Monitor(.service, labels: ["app": "harbor", "release": context.name], port: "http-metrics")
    ]
    useDatabase(context, &contribution)
    signIn(options, context, &contribution)
    chooseNodes(context, &contribution)
    if isSigned { contribution.dependsOn.append("cert-manager") }
    if context.host == nil {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no host, so that only pods can reach it", .warning, fix: "add 'expose: registry'"))
    }
    return contribution
  }

  private static func claims(_ options: Options) -> JSON {
    func claim(_ size: String) -> JSON {
      .members(["size": .string(size), "storageClass": options.storage.storageClass.map { .string($0) }])
    }
    return [
      "registry": claim(options.storage.size), "jobservice": ["jobLog": claim("1Gi")], "database": claim("2Gi"),
      "redis": claim("1Gi"), "trivy": claim("5Gi"),
    ]
  }

  /// A key for tokens, which nobody but Harbor itself has to believe. It lasts as long as the registry does: another
  /// key would end all sessions.
  private static func token(_ name: String, _ context: ComponentContext) -> [JSON] {
    [
      [
        "apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": context.metadata(name),
        "spec": ["selfSigned": [:]],
      ],
      [
        "apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": context.metadata(name),
        "spec": [
          "secretName": .string(name), "commonName": .string(name), "duration": "87600h0m0s",
          "privateKey": ["algorithm": "RSA", "size": 4096, "rotationPolicy": "Never"],
          "issuerRef": ["kind": "Issuer", "name": .string(name)],
        ],
      ],
    ]
  }

  /// A PostgreSQL of its own where CloudNativePG makes one. The chart's has a password that everybody knows.
  private static func useDatabase(_ context: ComponentContext, _ contribution: inout Contribution) {
    let use = context.use.release.database ?? context.postgresql(StorageChoice(size: "5Gi"))
    guard !use.isExternal, let access = context.access(to: use) else {
      contribution.problems.append(
        ComponentProblem(
          "the database that '\(context.name)' brings has a password that everybody knows", .warning,
          fix: "add 'cloudnative-pg' to 'platform'"))
      contribution.openings.append(
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [5432],
          because: "its parts keep what they know in its database"))
      return
    }
    let name = JSON.string(use.name ?? context.name)
    contribution.database = use
    contribution.values["database"] = [
      "type": "external",
      "external": [
        "host": .string("\(use.name ?? context.name)-rw"), "port": "5432", "username": name, "coreDatabase": name,
        "existingSecret": .string(access.secret), "sslmode": "require",
      ],
    ]
  }

  /// What the page of settings would say, in which nobody can change it then. Kubernetes puts the client's id and secret
  /// into the text: the chart takes them as plain values alone.
  ///
  /// https://goharbor.io/docs/latest/install-config/configure-system-settings-cli/
  private static func signIn(_ options: Options, _ context: ComponentContext, _ contribution: inout Contribution) {
    guard let client = context.openIDClient else { return }
    let settings: JSON = .members([
      "auth_mode": "oidc_auth", "oidc_name": .string(client.provider), "oidc_endpoint": .string(client.issuer),
      "oidc_client_id": "$(OIDC_CLIENT_ID)", "oidc_client_secret": "$(OIDC_CLIENT_SECRET)",
      "oidc_scope": "openid,profile,email,groups,offline_access", "oidc_groups_claim": "groups",
      "oidc_admin_group": options.adminGroup.map { .string($0) }, "oidc_user_claim": "preferred_username",
      "oidc_auto_onboard": true, "oidc_verify_cert": true,
    ])
    func variable(_ name: String, _ key: String) -> JSON {
      ["name": .string(name), "valueFrom": ["secretKeyRef": ["name": .string(client.secret), "key": .string(key)]]]
    }
    contribution.values[path: "core", "extraEnvVars"] = [
      variable("OIDC_CLIENT_ID", "client-id"), variable("OIDC_CLIENT_SECRET", "client-secret"),
      ["name": "CONFIG_OVERWRITE_JSON", "value": .string(settings.text)],
    ]
    contribution.secrets.append(context.need(client))
    contribution.dependsOn.append(client.provider)
  }

  /// Its images are for amd64 alone.
  private static func chooseNodes(_ context: ComponentContext, _ contribution: inout Contribution) {
    let nodes = context.blueprint.nodes
    guard nodes.contains(where: { $0.hardware.architecture == .arm64 }) else { return }
    let selector: JSON = ["nodeSelector": ["kubernetes.io/arch": "amd64"]]
    for part in ["core", "exporter", "jobservice", "nginx", "portal", "registry", "trivy"] {
      contribution.values[part] = (contribution.values[part] ?? [:]).merging(selector)
    }
    for part in ["database", "redis"] {
      contribution.values[part] = (contribution.values[part] ?? [:]).merging(["internal": selector])
    }
    if !nodes.contains(where: { $0.hardware.architecture == .amd64 && $0.power.mode == .always }) {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has images for amd64 alone, and no node of that kind is always on",
          fix: "use another registry, or add such a node"))
    }
  }
}
