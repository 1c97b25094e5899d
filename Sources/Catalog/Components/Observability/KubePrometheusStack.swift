package import Blueprint
import JSON

/// https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack
package enum KubePrometheusStack: Component {
  package struct Options: ComponentOptions {
    package var days = 14
    package var storage = StorageChoice(size: "20Gi")
    package var secret = "grafana"
    package var hasAlertmanager = true
    /// Groups of the identity provider whose members may change things in Grafana.
    package var adminGroups: [String] = []
    /// `nil`: alerts are seen, and nobody is told.
    package var routes: String?
    /// `host:port` of machines outside the cluster.
    package var targets: [String] = []
  }

  package static let about = About(
    "kube-prometheus-stack", "Prometheus, Alertmanager and Grafana, with rules and dashboards for Kubernetes.",
    chart: ChartReference(
      "https://prometheus-community.github.io/helm-charts", "kube-prometheus-stack", "88.5.3", kubernetes: 25),
    namespace: "monitoring", isPrivileged: true, after: ["cilium", "cert-manager"] + StorageChoice.providers,
    definitions: [
      "prometheuses.monitoring.coreos.com", "alertmanagers.monitoring.coreos.com",
      "servicemonitors.monitoring.coreos.com", "podmonitors.monitoring.coreos.com", "probes.monitoring.coreos.com",
      "prometheusrules.monitoring.coreos.com", "thanosrulers.monitoring.coreos.com",
      "scrapeconfigs.monitoring.coreos.com", "prometheusagents.monitoring.coreos.com",
      "alertmanagerconfigs.monitoring.coreos.com",
    ],
    overhead: Overhead(memory: 1792, cpu: 350, memoryPerNode: 32, cpuPerNode: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.days =
      reader.optional("days", .whole(1...3650, "a number of days"), "How long figures are kept.", byDefault: 14) ?? 14
    options.storage = reader.storage(size: "20Gi")
    options.secret = reader.secretName("grafana", "The Secret with Grafana's admin-user and admin-password.")
    options.hasAlertmanager =
      reader.optional("alertmanager", .truth, "Runs Alertmanager, which tells of alerts.", byDefault: true) ?? true
    options.routes = reader.optional(
      "alerts", .subdomain("the name of a Secret"),
      "The Secret with alertmanager.yaml, which says whom alerts are told to. By default nobody.")
    options.targets =
      reader.optional(
        "targets", .list(.filled("a host and a port, such as 192.168.1.1:9100")),
        "What else has figures at /metrics: a router, a NAS.") ?? []
    options.adminGroups =
      reader.optional(
        "adminGroups", .list(.filled("a group")),
        "With 'auth: oidc': groups whose members administer Grafana. Everybody else may look.") ?? []
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    // The chart cuts longer ones.
    var name = context.name.prefix(26)
    while name.hasSuffix("-") { name.removeLast() }
    let grafanaName = context.fullName("grafana")
    let claim: JSON = ["volumeClaimTemplate": ["spec": options.storage.claim]]
    var grafana: JSON = .members([
      "admin": ["existingSecret": .string(options.secret)],
      // Dashboards come from ConfigMaps; what people click together is in its database.
      "persistence": .members([
        "enabled": true, "size": "2Gi", "storageClassName": options.storage.storageClass.map { .string($0) },
      ]),
      // Two pods cannot hold one volume.
      "deploymentStrategy": ["type": "Recreate"],
      "resources": ["requests": ["cpu": "50m", "memory": "256Mi"]],
    ])
    if let loki = context.loki {
      grafana["additionalDataSources"] = [
        ["name": "Loki", "type": "loki", "uid": "loki", "access": "proxy", "url": .string(loki.url)]
      ]
    }
    var settings: JSON = ["analytics": ["check_for_updates": false, "reporting_enabled": false]]
    var secrets = [
      SecretNeed(
        options.secret, in: context.namespace, keys: ["admin-user", "admin-password"],
        for: "name and password of Grafana's administrator")
    ]
    var dependsOn: [String] = []
    if let routes = options.routes, options.hasAlertmanager {
      secrets.append(
        SecretNeed(
          routes, in: context.namespace, keys: ["alertmanager.yaml"], for: "whom alerts are told to, and how"))
    }
    if let host = context.host { settings["server"] = ["root_url": .string("https://\(host)")] }
    if let client = context.openIDClient {
      let groups = options.adminGroups.map { "contains(groups[*], '\($0)') && 'Admin' || " }.joined()
      settings["auth.generic_oauth"] = [
        "enabled": true, "name": .string(client.provider), "scopes": "openid profile email groups",
        "use_pkce": true, "role_attribute_path": .string(groups + "'Viewer'"),
        "client_id": "$__env{OIDC_CLIENT_ID}", "client_secret": "$__env{OIDC_CLIENT_SECRET}",
        "auth_url": .string(client.endpoints.authorize), "token_url": .string(client.endpoints.token),
        "api_url": .string(client.endpoints.userInfo),
      ]
      grafana["envValueFrom"] = .members([
        "OIDC_CLIENT_ID": ["secretKeyRef": ["name": .string(client.secret), "key": "client-id"]],
        "OIDC_CLIENT_SECRET": ["secretKeyRef": ["name": .string(client.secret), "key": "client-secret"]],
      ])
      secrets.append(context.need(client))
      dependsOn.append(client.provider)
    }
    grafana["grafana.ini"] = settings
    var values: JSON = [
      "fullnameOverride": .string(String(name)),
      "prometheus": [
        "prometheusSpec": .members([
          "retention": .string("\(options.days)d"), "storageSpec": claim,
          // The oldest go before the volume is full: Prometheus does not start on a full one.
          "retentionSize": options.storage.share(percent: 80).map { .string($0) },
          "additionalScrapeConfigs": targets(options),
          // Those of all releases, not of its own alone.
          "serviceMonitorSelectorNilUsesHelmValues": false, "podMonitorSelectorNilUsesHelmValues": false,
          "ruleSelectorNilUsesHelmValues": false, "probeSelectorNilUsesHelmValues": false,
          "scrapeConfigSelectorNilUsesHelmValues": false,
          "resources": ["requests": ["cpu": "200m", "memory": "1Gi"]],
        ])
      ],
      "alertmanager": options.hasAlertmanager
        ? [
          "enabled": true,
          "alertmanagerSpec": .members([
            "resources": ["requests": ["cpu": "10m", "memory": "64Mi"]],
            "useExistingSecret": options.routes.map { _ in true }, "configSecret": options.routes.map { .string($0) },
          ]),
        ] : ["enabled": false],
      "grafana": grafana,
      "prometheusOperator": ["resources": ["requests": ["cpu": "20m", "memory": "128Mi"]]],
      "prometheus-node-exporter": ["resources": ["requests": ["cpu": "20m", "memory": "32Mi"]]],
      "kube-state-metrics": ["resources": ["requests": ["cpu": "10m", "memory": "64Mi"]]],
    ]
    for (part, rules) in hidden(context) {
      values[part] = ["enabled": false]
      for rule in rules { values[path: "defaultRules", "rules", rule] = false }
    }
    var contribution = Contribution(
      values: values,
      waitFor: ["\(name)-operator", grafanaName, context.fullName("kube-state-metrics")].map {
        "deployment/\(context.namespace)/\($0)"
      } + ["statefulset/\(context.namespace)/prometheus-\(name)-prometheus"],
      dependsOn: dependsOn, secrets: secrets,
      openings: [
        Opening(.ingress, .host, ports: [10250], because: "the API server asks the operator whether rules are right"),
        Opening(.egress, .cluster, because: "Prometheus fetches the figures of every pod"),
        Opening(.egress, .host, because: "Prometheus fetches the figures of nodes, and finds pods at the API server"),
      ])
    if options.routes != nil {
      contribution.openings.append(Opening(.egress, .world, because: "Alertmanager tells people of alerts"))
    }
    if !options.targets.isEmpty {
      contribution.openings.append(
        Opening(.egress, .world, because: "Prometheus fetches the figures of machines outside the cluster"))
    }
    contribution.page = WebPage(grafanaName, port: 80)
    return contribution
  }

  private static func targets(_ options: Options) -> JSON? {
    if options.targets.isEmpty { return nil }
    let all = JSON.array(options.targets.map { .string($0) })
    return [["job_name": "targets", "static_configs": [["targets": all]]]]
  }

  /// Parts of Kubernetes whose figures cannot be had, and the rules that would alert for that.
  private static func hidden(_ context: ComponentContext) -> [(String, [String])] {
    var hidden: [(String, [String])] = []
    switch context.blueprint.kubernetes?.distribution {
    case .k3s, .k3d:
      // All in one process, which binds their figures to its own node.
      hidden = [
        ("kubeEtcd", ["etcd"]), ("kubeControllerManager", ["kubeControllerManager"]),
        ("kubeScheduler", ["kubeSchedulerAlerting", "kubeSchedulerRecording"]), ("kubeProxy", ["kubeProxy"]),
      ]
    case .talos, .upstream, nil:
      if context.options(of: Cilium.self)?.replacesKubeProxy == true { hidden = [("kubeProxy", ["kubeProxy"])] }
    }
    return hidden
  }
}
