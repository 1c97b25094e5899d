package import Blueprint
import JSON

/// https://external-secrets.io/latest/introduction/getting-started/
package enum ExternalSecrets: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "external-secrets", "Makes Secrets of what Vault or 1Password keeps.",
    chart: ChartReference("https://charts.external-secrets.io", "external-secrets", "2.9.0", kubernetes: 19),
    namespace: "external-secrets", after: ["cilium", "vault", "onepassword-connect"],
    definitions: [
      "externalsecrets.external-secrets.io", "secretstores.external-secrets.io",
      "clustersecretstores.external-secrets.io", "clusterexternalsecrets.external-secrets.io",
      "pushsecrets.external-secrets.io", "clusterpushsecrets.external-secrets.io",
    ] + generators.map { "\($0).generators.external-secrets.io" },
    overhead: Overhead(memory: 256, cpu: 30))

  private static let generators = [
    "acraccesstokens", "beyondtrustworkloadcredentialsdynamicsecrets", "cloudsmithaccesstokens", "clustergenerators",
    "ecrauthorizationtokens", "fakes", "gcraccesstokens", "generatorstates", "githubaccesstokens",
    "gitlabdeploytokens", "grafanas", "mfas", "passwords", "quayaccesstokens", "sshkeys", "stssessiontokens", "uuids",
    "vaultdynamicsecrets", "webhooks",
  ]

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    let requests: JSON = ["requests": ["cpu": "10m", "memory": "64Mi"]]
    let all = [name, "\(name)-webhook", "\(name)-cert-controller"]
    var contribution = Contribution(
      values: [
        "resources": requests, "webhook": ["resources": requests], "certController": ["resources": requests],
        "grafanaDashboard": ["enabled": .bool(context.has("kube-prometheus-stack"))],
      ],
      waitFor: all.map { "deployment/\(context.namespace)/\($0)" },
      openings: [
        Opening(.ingress, .host, ports: [10250], because: "the API server asks it whether a store is right"),
        Opening(.egress, .host, because: "it makes Secrets through the API server"),
      ])
    contribution.monitors = [
      Monitor(.pod, labels: ["app.kubernetes.io/name": "external-secrets"], port: "metrics")
    ]
    let backend = context.blueprint.secrets?.backend
    if context.has("vault") || backend == .vault { addVault(to: &contribution, context, name) }
    if context.has("onepassword-connect") || backend == .onepassword { addOnePassword(to: &contribution, context) }
    return contribution
  }

  /// The store that applications read: https://external-secrets.io/latest/provider/hashicorp-vault/
  private static func addVault(to contribution: inout Contribution, _ context: ComponentContext, _ name: String) {
    guard let vault = Platform(context.blueprint).part("vault") else {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no Vault to read", fix: "add 'vault: {}' to 'platform', or choose another 'backend'"))
      return
    }
    let secrets = context.blueprint.secrets
    contribution.objects.append(
      store(
        "vault",
        [
          "vault": [
            "server": .string("http://\(vault.host(of: vault.fullName(chart: "vault"))):8200"),
            "path": .string((secrets?.backend == .vault ? secrets?.store : nil) ?? "secret"), "version": "v2",
            "auth": [
              "kubernetes": [
                "mountPath": "kubernetes", "role": "external-secrets",
                "serviceAccountRef": [
                  "name": .string(name), "namespace": .string(context.namespace), "audiences": ["vault"],
                ],
              ]
            ],
          ]
        ]))
    contribution.openings.append(
      Opening(
        .egress, .pods(namespace: vault.namespace, labels: [:]), ports: [8200], because: "it reads secrets of Vault"))
  }

  /// https://external-secrets.io/latest/provider/1password-automation/
  private static func addOnePassword(to contribution: inout Contribution, _ context: ComponentContext) {
    guard let connect = Platform(context.blueprint).part("onepassword-connect") else {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no 1Password Connect to read", fix: "add 'onepassword-connect: {}' to 'platform'"))
      return
    }
    let secrets = context.blueprint.secrets
    let vault =
      context.options(of: OnePasswordConnect.self)?.vault
      ?? (secrets?.backend == .onepassword ? secrets?.store : nil) ?? context.blueprint.name
    contribution.objects.append(
      store(
        "onepassword",
        [
          "onepassword": [
            "connectHost": .string("http://\(connect.host(of: OnePasswordConnect.service)):8080"),
            "vaults": [.init(stringLiteral: vault): 1],
            "auth": [
              "secretRef": [
                "connectTokenSecretRef": [
                  "name": .string(OnePasswordConnect.token), "key": "token", "namespace": .string(connect.namespace),
                ]
              ]
            ],
          ]
        ]))
    contribution.openings.append(
      Opening(
        .egress, .pods(namespace: connect.namespace, labels: [:]), ports: [8080],
        because: "it reads secrets of 1Password"))
  }

  private static func store(_ name: String, _ provider: JSON) -> JSON {
    [
      "apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore", "metadata": ["name": .string(name)],
      "spec": ["provider": provider],
    ]
  }
}
