package import Blueprint
import JSON

/// https://doc.traefik.io/traefik/setup/kubernetes/ – a cluster can have several, by names of their own.
package enum Traefik: Component {
  package struct Options: LoadBalanced {
    /// The pool or the address that it is reached at.
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    package var replicas = 1
    /// Requests a second from one address; `nil`: as many as come.
    package var rateLimit: Int?
    /// Which gateway of `expose` it serves; `nil`: any.
    package var gateway: Exposure.Gateway?
  }

  package static let about = About(
    "traefik", "Brings HTTP requests to applications.",
    chart: ChartReference("https://traefik.github.io/charts", "traefik", "41.3.0", kubernetes: 25),
    namespace: "traefik",
    dependsOn: ["metallb", "gateway-api"], after: ["cilium", "cert-manager"],
    definitions: [
      "ingressroutes.traefik.io", "ingressroutetcps.traefik.io", "ingressrouteudps.traefik.io",
      "middlewares.traefik.io",
      "middlewaretcps.traefik.io", "serverstransports.traefik.io", "serverstransporttcps.traefik.io",
      "tlsoptions.traefik.io", "tlsstores.traefik.io", "traefikservices.traefik.io",
    ],
    overhead: Overhead(memory: 64, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.replicas =
      reader.optional("replicas", .whole(1...20, "a number of pods"), "How many pods there are.", byDefault: 1) ?? 1
    options.rateLimit = reader.optional(
      "rateLimit", .whole(1...1_000_000, "requests a second"), "Requests a second that one client may make.")
    options.gateway = reader.optional(
      "gateway", Shape<Exposure.Gateway>.choice, "Serves only what is exposed there. By default anything.")
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let balancer = context.loadBalancer(options)
    var values: JSON = [
      "deployment": ["replicas": .int(options.replicas)],
      "ingressClass": ["name": .string(context.name), "isDefaultClass": .bool(isFirst(context))],
      "providers": [
        "kubernetesCRD": ["allowCrossNamespace": true, "ingressClass": .string(context.name)],
        "kubernetesIngress": ["ingressClass": .string(context.name)],
      ],
      "ports": [
        "web": ["http": ["redirections": ["entryPoint": ["to": "websecure", "scheme": "https", "permanent": true]]]]
      ],
      "service": [
        "annotations": .strings(balancer.annotations), "labels": .strings(balancer.labels),
        "spec": ["type": "LoadBalancer", "externalTrafficPolicy": "Local"],
      ],
      "global": ["checkNewVersion": false],
    ]
    var objects: [JSON] = []
    if let limit = options.rateLimit {
      let name = "\(context.name)-rate-limit"
      objects.append([
        "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
        "metadata": ["name": .string(name), "namespace": .string(context.namespace)],
        "spec": ["rateLimit": ["average": .int(limit), "burst": .int(limit * 2)]],
      ])
      values[path: "ports", "websecure", "http", "middlewares"] = [
        .string("\(context.namespace)-\(name)@kubernetescrd")
      ]
    }
    return Contribution(
      values: values, objects: objects, waitFor: ["deployment/\(context.namespace)/\(fullName(context))"],
      openings: [
        Opening(.ingress, .world, ports: [8000, 8443], because: "clients of every exposed application come here"),
        Opening(.egress, .cluster, because: "it passes requests on to applications"),
      ])
  }

  /// As the chart makes it of the release's name.
  private static func fullName(_ context: ComponentContext) -> String {
    context.name.contains("traefik") ? context.name : "\(context.name)-traefik"
  }

  /// One of them answers for Ingresses that name none.
  private static func isFirst(_ context: ComponentContext) -> Bool {
    context.blueprint.components.first { $0.component == about.name }?.name == context.name
  }
}
