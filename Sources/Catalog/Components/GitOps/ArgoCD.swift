package import Blueprint
import JSON

/// https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd
package enum ArgoCD: Component {
  package struct Options: ComponentOptions {
    package var hasNotifications = false
    /// Groups of the identity provider whose members may do everything.
    package var adminGroups: [String] = []
  }

  package static let about = About(
    "argocd", "Keeps the cluster as Git has it, and shows in a page what differs.",
    chart: ChartReference("https://argoproj.github.io/argo-helm", "argo-cd", "10.1.1", kubernetes: 25),
    namespace: "argocd",
    after: ["cilium", "cert-manager"],
    definitions: ["applications.argoproj.io", "applicationsets.argoproj.io", "appprojects.argoproj.io"],
    overhead: Overhead(memory: 1024, cpu: 300))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let notifications = reader.optional(
      "notifications", .truth, "Runs the controller that tells others what happens.", byDefault: false)
    let groups = reader.optional(
      "adminGroups", .list(.filled("a group")),
      "With 'auth: oidc': groups whose members may change things. Everybody else may look.")
    return Options(hasNotifications: notifications ?? false, adminGroups: groups ?? [])
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName("argocd")
    var config: JSON = [
      // Applications wait for each other by health; Argo CD has not looked at its own kind since 1.8.
      "resource.customizations.health.argoproj.io_Application": .string(health),
      // Charts that the cluster file patches are rendered by kustomize.
      "kustomize.buildOptions": "--enable-helm",
    ]
    var values: JSON = [
      "configs": [
        // The ingress speaks TLS; what follows stands behind it.
        "params": ["server.insecure": true, "controller.diff.server.side": true]
      ],
      "dex": ["enabled": false],
      "notifications": ["enabled": .bool(options.hasNotifications)],
      "controller": ["resources": requests("100m", "512Mi")],
      "repoServer": ["resources": requests("50m", "128Mi")],
      "server": ["resources": requests("50m", "128Mi")],
      "applicationSet": ["resources": requests("20m", "96Mi")],
      "redis": ["resources": requests("20m", "32Mi")],
    ]
    values["global"] = ["domain": .string(context.host ?? "\(name)-server.\(context.namespace).svc")]
    var secrets: [SecretNeed] = []
    var dependsOn: [String] = []
    if let client = context.openIDClient {
      config["oidc.config"] = .string(
        """
        name: \(client.provider)
        issuer: \(client.issuer)
        clientID: $\(client.secret):client-id
        clientSecret: $\(client.secret):client-secret
        requestedScopes: [openid, profile, email, groups]

        """)
      values[path: "configs", "rbac"] = [
        "policy.default": "role:readonly",
        "policy.csv": .string(options.adminGroups.map { "g, \($0), role:admin\n" }.joined()),
      ]
      var need = context.need(client)
      need.labels = partOfArgoCD
      secrets.append(need)
      dependsOn.append(client.provider)
    }
    if let gitops = context.blueprint.gitops, gitops.engine == .argocd {
      if let secret = gitops.secret {
        var need = SecretNeed(
          secret, in: context.namespace,
          keys: gitops.isSSH ? ["url", "sshPrivateKey"] : ["url", "username", "password"],
          for: "repository that Argo CD follows, and who may read it")
        need.labels = ["argocd.argoproj.io/secret-type": "repository"]
        secrets.append(need)
      }
      if gitops.webhook != nil {
        values[path: "configs", "secret", webhookKey(gitops.repository)] = .string("$\(webhookSecret):token")
        var need = SecretNeed(
          webhookSecret, in: context.namespace, keys: ["token"],
          for: "word that the repository's host signs a push with")
        need.labels = partOfArgoCD
        secrets.append(need)
      }
    }
    values[path: "configs", "cm"] = config
    var contribution = Contribution(
      values: values,
      waitFor: ["server", "repo-server", "applicationset-controller"].map {
        "deployment/\(context.namespace)/\(name)-\($0)"
      } + ["statefulset/\(context.namespace)/\(name)-application-controller"],
      dependsOn: dependsOn, secrets: secrets,
      openings: [
        Opening(.egress, .host, because: "it compares what the API server has with what Git has, and changes it"),
        Opening(.egress, .world, ports: [22, 443], because: "it fetches repositories and charts"),
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [6379, 7000, 8081],
          because: "its parts talk to each other"),
      ])
    contribution.page = WebPage("\(name)-server", port: 80)
    contribution.monitors = [
      Monitor(.pod, labels: ["app.kubernetes.io/name": "argocd-application-controller"], port: "metrics")
    ]
    return contribution
  }

  /// Argo CD reads values only from Secrets with this label.
  private static let partOfArgoCD = ["app.kubernetes.io/part-of": "argocd"]
  private static let webhookSecret = "argocd-webhook"

  /// The chart's value for the word that pushes are signed with: hosts sign differently. Gitea and Forgejo do as Gogs.
  private static func webhookKey(_ repository: String) -> String {
    repository.contains("github.com") ? "githubSecret" : repository.contains("gitlab") ? "gitlabSecret" : "gogsSecret"
  }

  private static func requests(_ cpu: String, _ memory: String) -> JSON {
    ["requests": ["cpu": .string(cpu), "memory": .string(memory)]]
  }

  /// https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app
  private static let health = """
    local result = {status = "Progressing", message = ""}
    if obj.status ~= nil and obj.status.health ~= nil then
      result.status = obj.status.health.status
      result.message = obj.status.health.message or ""
    end
    return result

    """
}
