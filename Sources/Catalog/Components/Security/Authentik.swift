package import Blueprint
import Diagnostics
import JSON

/// https://docs.goauthentik.io/install-config/install/kubernetes/
package enum Authentik: Component {
  package struct Options: ComponentOptions {
    package var replicas = 1
    package var size = "10Gi"
    package var instances = 1
    package var secret = "authentik"
  }

  package static let about = About(
    "authentik", "Vouches for people: one sign-in for all applications.",
    chart: ChartReference("https://charts.goauthentik.io", "authentik", "2026.8.0"), namespace: "authentik",
    dependsOn: ["cloudnative-pg", "external-postgres-operator"], after: StorageChoice.providers,
    overhead: Overhead(memory: 1280, cpu: 250))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.replicas =
      reader.optional("replicas", .whole(1...9, "a number of pods"), "How many servers answer.", byDefault: 1) ?? 1
    options.instances =
      reader.optional(
        "instances", .whole(1...9, "a number of instances"), "How many instances its database has.", byDefault: 1) ?? 1
    options.size =
      reader.optional("size", .quantity("10Gi"), "How large its database is.", byDefault: "10Gi") ?? "10Gi"
    options.secret = reader.secretName(
      "authentik", "The Secret with its key, under AUTHENTIK_SECRET_KEY, and the first password of akadmin.")
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    let database =
      context.use.release.database
      ?? context.postgresql(StorageChoice(size: options.size), instances: options.instances)
    let pods: JSON = ["requests": ["cpu": "100m", "memory": "512Mi"]]
    let access = context.access(to: database)
    let variables: [JSON] =
      access.map { access in
        [
          access.variable("AUTHENTIK_POSTGRESQL__HOST", access.host),
          access.variable("AUTHENTIK_POSTGRESQL__PORT", access.port),
          access.variable("AUTHENTIK_POSTGRESQL__NAME", access.database),
          access.variable("AUTHENTIK_POSTGRESQL__USER", access.user),
          access.variable("AUTHENTIK_POSTGRESQL__PASSWORD", access.password),
        ]
      } ?? []
    let metrics: JSON = ["enabled": .bool(context.has("kube-prometheus-stack"))]
    var contribution = Contribution(
      values: [
        "authentik": ["existingSecret": ["secretName": .string(options.secret)]],
        "global": ["env": .array(variables)],
        "server": ["replicas": .int(options.replicas), "resources": pods, "metrics": metrics],
        "worker": ["replicas": 1, "resources": pods],
      ],
      waitFor: ["server", "worker"].map { "deployment/\(context.namespace)/\(name)-\($0)" },
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: ["AUTHENTIK_SECRET_KEY", "AUTHENTIK_BOOTSTRAP_PASSWORD"],
          for: "key that authentik signs cookies with (50 characters, never changed), and akadmin's first password")
      ],
      openings: [
        Opening(.ingress, .cluster, ports: [9000, 9443], because: "the ingress asks it whether a client may pass"),
        Opening(.egress, .host, because: "it keeps its outposts through the API server"),
      ])
    contribution.database = database
    contribution.page = WebPage("\(name)-server", port: 80)
    contribution.overhead = Overhead(
      memory: 512 * (options.replicas + 1) + 256 * options.instances, cpu: 100 * (options.replicas + 1))
    contribution.monitors = [
      Monitor(
        .service, labels: ["app.kubernetes.io/name": "authentik", "app.kubernetes.io/component": "server-metrics"],
        port: "metrics")
    ]
    if access == nil {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no database", fix: "add 'cloudnative-pg: {}' to 'platform'"))
    }
    if context.host == nil {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no host, so that nobody can sign in", .warning, fix: "add 'expose: auth'"))
    }
    return contribution
  }
}
