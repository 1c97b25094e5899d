package import Blueprint
import JSON

/// https://kubernetes.github.io/ingress-nginx/ – retired by its makers in March 2026; for clusters that still have it.
package enum IngressNginx: Component {
  package struct Options: LoadBalanced {
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    package var replicas = 1
    /// Whether it answers for Ingresses that name no class; `nil`: where nobody else does.
    package var isDefault: Bool?
  }

  package static let about = About(
    "ingress-nginx", "Brings HTTP requests to applications. Retired by its makers: traefik reads its annotations too.",
    chart: ChartReference("https://kubernetes.github.io/ingress-nginx", "ingress-nginx", "4.15.1", kubernetes: 21),
    namespace: "ingress-nginx", dependsOn: ["metallb"], after: ["cilium", "cert-manager"],
    overhead: Overhead(memory: 90, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.replicas =
      reader.optional("replicas", .whole(1...20, "a number of pods"), "How many pods there are.", byDefault: 1) ?? 1
    options.isDefault = reader.optional(
      "default", .truth, "Whether it answers for Ingresses that name no class. By default where traefik is absent.")
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let balancer = context.loadBalancer(options)
    let name = className(context)
    let values: JSON = [
      "controller": [
        "replicaCount": .int(options.replicas),
        "ingressClass": .string(name),
        "ingressClassResource": [
          "name": .string(name), "default": .bool(options.isDefault ?? !context.has("traefik")),
          "controllerValue": .string(name == "nginx" ? "k8s.io/ingress-nginx" : "k8s.io/\(name)"),
        ],
        "service": .members([
          "annotations": .strings(balancer.annotations), "labels": .strings(balancer.labels),
          // Keeps the client's address.
          "externalTrafficPolicy": "Local",
          "ipFamilyPolicy": context.isDualStack ? "PreferDualStack" : nil,
          "ipFamilies": context.isDualStack ? ["IPv4", "IPv6"] : nil,
        ]),
        "metrics": ["enabled": true],
      ]
    ]
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))-controller"],
      openings: [
        Opening(.ingress, .world, ports: [80, 443], because: "clients of every exposed application come here"),
        Opening(.ingress, .host, ports: [8443], because: "the API server asks it whether an Ingress is right"),
        Opening(.egress, .cluster, because: "it passes requests on to applications"),
      ])
    contribution.overhead = Overhead(memory: 90 * options.replicas, cpu: 100 * options.replicas)
    contribution.monitors = [
      Monitor(
        .service, labels: ["app.kubernetes.io/instance": context.name, "app.kubernetes.io/component": "controller"],
        port: "metrics")
    ]
    return contribution
  }

  /// The class of Ingresses that it serves.
  static func className(_ context: ComponentContext) -> String {
    context.name == about.name ? "nginx" : context.name
  }
}
