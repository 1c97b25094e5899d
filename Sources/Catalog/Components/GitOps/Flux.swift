package import Blueprint
import JSON

/// https://fluxoperator.dev/docs/ – the operator, and through it Flux.
package enum Flux: Component {
  package struct Options: ComponentOptions {
    /// A range such as `2.x`, of Flux itself.
    package var distribution = "2.x"
    /// Who is told of what happens; `nil`: nobody.
    package var notify: Notify?
    package var notifies = Severity.error
  }

  /// https://fluxcd.io/flux/components/notification/providers/
  package enum Notify: String, Sendable, CaseIterable {
    case discord, slack, msteams, telegram, matrix, rocket, googlechat, generic
  }

  package enum Severity: String, Sendable, CaseIterable { case info, error }

  package static let about = About(
    "flux", "Keeps the cluster as Git has it.",
    chart: ChartReference(
      "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-instance", "flux-instance", "0.49.0", kubernetes: 22),
    namespace: "flux-system", after: ["cilium"],
    definitions: [
      "fluxinstances.fluxcd.controlplane.io", "fluxreports.fluxcd.controlplane.io",
      "resourcesets.fluxcd.controlplane.io", "resourcesetinputproviders.fluxcd.controlplane.io",
      "gitrepositories.source.toolkit.fluxcd.io", "ocirepositories.source.toolkit.fluxcd.io",
      "helmrepositories.source.toolkit.fluxcd.io", "helmcharts.source.toolkit.fluxcd.io",
      "buckets.source.toolkit.fluxcd.io", "kustomizations.kustomize.toolkit.fluxcd.io",
      "helmreleases.helm.toolkit.fluxcd.io", "receivers.notification.toolkit.fluxcd.io",
      "providers.notification.toolkit.fluxcd.io", "alerts.notification.toolkit.fluxcd.io",
    ],
    overhead: Overhead(memory: 320, cpu: 500))

  private static let `operator` = ChartReference(
    "oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator", "flux-operator", "0.49.0", kubernetes: 22)
  private static let controllers = [
    "source-controller", "kustomize-controller", "helm-controller", "notification-controller",
  ]

  package static func options(_ reader: inout MappingReader) -> Options? {
    let distribution = reader.optional(
      "distribution", .filled("a version or a range such as 2.x"), "Which Flux the operator keeps.", byDefault: "2.x")
    let notify = reader.optional(
      "notify", Shape<Notify>.choice,
      "Who is told what happens. The Secret 'flux-notifications' has the 'address', and a 'token' where one is needed.")
    let severity = reader.optional(
      "severity", Shape<Severity>.choice, "What is worth telling: everything, or what goes wrong.", byDefault: "error")
    reader.need(["notify"], besides: "severity")
    return Options(distribution: distribution ?? "2.x", notify: notify, notifies: severity ?? .error)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var contribution = Contribution(
      values: [
        "instance": [
          "distribution": ["version": .string(options.distribution)],
          "components": .array(controllers.map { .string($0) }),
          // Fewer things at a time, and limits that small machines have room for.
          "cluster": ["size": "small", "networkPolicy": true],
        ]
      ],
      waitFor: controllers.map { "deployment/\(context.namespace)/\($0)" },
      openings: [
        Opening(.egress, .host, because: "it makes and watches everything that Git describes"),
        Opening(.egress, .world, ports: [22, 443], because: "it fetches repositories and charts"),
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [9090],
          because: "its controllers fetch from each other what came from Git"),
      ])
    contribution.companions = [
      Companion(
        "operator", chart: context.version(of: Self.operator),
        values: [
          "fullnameOverride": "flux-operator", "web": ["enabled": false],
          "resources": ["requests": ["cpu": "100m", "memory": "64Mi"], "limits": ["memory": "1Gi"]],
        ], waitFor: ["deployment/\(context.namespace)/flux-operator"])
    ]
    if let gitops = context.blueprint.gitops, gitops.engine == .flux {
      if let secret = gitops.secret {
        contribution.secrets.append(
          SecretNeed(
            secret, in: context.namespace,
            keys: gitops.isSSH ? ["identity", "known_hosts"] : ["username", "password"],
            for: "who may read the repository"))
      }
      if gitops.webhook != nil {
        contribution.secrets.append(
          SecretNeed("flux-webhook", in: context.namespace, keys: ["token"], for: "word that a push is signed with"))
        contribution.openings.append(
          Opening(.ingress, .cluster, ports: [9292], because: "the ingress brings word of pushes"))
      }
    }
    if let provider = options.notify {
      contribution.objects += notifications(provider, options.notifies, context)
      contribution.secrets.append(
        SecretNeed(
          notificationSecret, in: context.namespace, keys: ["address"],
          for: "where \(provider.rawValue) is told what Flux does"))
    }
    contribution.page = WebPage("webhook-receiver", port: 80)
    contribution.monitors = [Monitor(.pod, labels: ["app.kubernetes.io/part-of": "flux"], port: "http-prom")]
    return contribution
  }

  private static let notificationSecret = "flux-notifications"

  private static func notifications(_ provider: Notify, _ severity: Severity, _ context: ComponentContext) -> [JSON] {
    func object(_ kind: String, _ spec: JSON) -> JSON {
      [
        "apiVersion": "notification.toolkit.fluxcd.io/v1beta3", "kind": .string(kind),
        "metadata": ["name": "cluster", "namespace": .string(context.namespace)], "spec": spec,
      ]
    }
    // A Kustomization says of its releases, too, whether they became ready.
    let sources: [JSON] = ["GitRepository", "Kustomization"].map { ["kind": .string($0), "name": "*"] }
    return [
      object("Provider", ["type": .string(provider.rawValue), "secretRef": ["name": .string(notificationSecret)]]),
      object(
        "Alert",
        [
          "providerRef": ["name": "cluster"], "eventSeverity": .string(severity.rawValue),
          "eventSources": .array(sources), "summary": .string(context.blueprint.name),
        ]),
    ]
  }
}
