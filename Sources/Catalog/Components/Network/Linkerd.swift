package import Blueprint
import JSON

/// https://linkerd.io/2-edge/tasks/install-helm/ – with certificates that renew themselves
/// (https://linkerd.io/2-edge/tasks/automatically-rotating-control-plane-tls-credentials/).
package enum Linkerd: Component {
  package struct Options: ComponentOptions {
    /// Whether it goes on when one of its pods is lost.
    package var isHighlyAvailable = false
  }

  private static let repository = "https://helm.linkerd.io/edge"
  private static let webhooks = ["proxy-injector", "sp-validator", "policy-validator"]

  package static let about = About(
    "linkerd", "Encrypts what pods say to each other, and tells who may talk to whom.",
    chart: ChartReference(repository, "linkerd-control-plane", "2026.8.3"), namespace: "linkerd", isPrivileged: true,
    dependsOn: ["cert-manager", "trust-manager", "gateway-api"], after: ["cilium", "coredns"],
    definitions: [
      "authorizationpolicies.policy.linkerd.io", "egressnetworks.policy.linkerd.io",
      "httplocalratelimitpolicies.policy.linkerd.io", "httproutes.policy.linkerd.io",
      "meshtlsauthentications.policy.linkerd.io", "networkauthentications.policy.linkerd.io",
      "serverauthorizations.policy.linkerd.io", "servers.policy.linkerd.io", "serviceprofiles.linkerd.io",
      "externalworkloads.workload.linkerd.io",
    ], overhead: Overhead(memory: 256, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(
      isHighlyAvailable: reader.optional(
        "highAvailability", .truth, "Whether there are three of each of its pods, on different nodes.",
        byDefault: false) ?? false)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let namespace = context.namespace
    let version = context.use.version?.value ?? about.chart?.version ?? ""
    var contribution = Contribution(
      values: values(options, context),
      waitFor: ["destination", "identity", "proxy-injector"].map { "deployment/\(namespace)/linkerd-\($0)" },
      openings: [
        Opening(.ingress, .cluster, because: "proxies of all pods ask it who they are and where others are"),
        Opening(.ingress, .host, ports: [8443, 9443], because: "the API server asks its webhooks"),
        Opening(.egress, .host, because: "it watches Services and pods through the API server"),
      ])
    contribution.companions = [
      Companion(
        "crds", chart: ChartReference(repository, "linkerd-crds", version),
        values: ["installGatewayAPI": .bool(!context.has("gateway-api"))],
        waitFor: ["crd/servers.policy.linkerd.io", "crd/serviceprofiles.linkerd.io"]),
      Companion(
        "identity", objects: identity(context),
        waitFor: ["certificate/\(namespace)/linkerd-identity-issuer", "bundle/linkerd-identity-trust-roots"]
          + webhooks.map { "certificate/\(namespace)/linkerd-\($0)" }),
    ]
    contribution.problems = ["cert-manager", "trust-manager"].filter { !context.has($0) }.map {
      ComponentProblem(
        "'\(context.name)' has its certificates from \($0), and the cluster has none",
        fix: "add '\($0): {}' to 'platform'")
    }
    return contribution
  }

  private static func values(_ options: Options, _ context: ComponentContext) -> JSON {
    let network = context.blueprint.network
    let networks = (network.pods + network.services + network.nodes).map { "\($0.value)" }
    func webhook(_ name: String) -> JSON {
      ["externalSecret": true, "injectCaFrom": .string("\(context.namespace)/linkerd-\(name)")]
    }
    var values: JSON = [
      "disableIPv6": .bool(!context.hasIPv6), "controllerReplicas": options.isHighlyAvailable ? 3 : 1,
      // Made at each rendering, certificates would change with each deploy: cert-manager makes them all.
      "identity": ["externalCA": true, "issuer": ["scheme": "kubernetes.io/tls"]],
      "proxyInjector": webhook("proxy-injector"), "profileValidator": webhook("sp-validator"),
      "policyValidator": webhook("policy-validator"),
      "disableHeartBeat": true,
    ]
    if !networks.isEmpty { values["clusterNetworks"] = .string(networks.joined(separator: ",")) }
    if options.isHighlyAvailable {
      values["enablePodAntiAffinity"] = true
      values["enablePodDisruptionBudget"] = true
      values["webhookFailurePolicy"] = "Fail"
    }
    return values
  }

  /// A root of ten years, whose key stays with cert-manager, signs an issuer of two days, which signs for every pod.
  private static func identity(_ context: ComponentContext) -> [JSON] {
    let trust = context.release(of: "cert-manager")?.namespace ?? "cert-manager"
    let anchor = "linkerd-trust-anchor"
    func issuer(_ name: String, in namespace: String?, _ spec: JSON) -> JSON {
      [
        "apiVersion": "cert-manager.io/v1", "kind": namespace == nil ? "ClusterIssuer" : "Issuer",
        "metadata": .members(["name": .string(name), "namespace": namespace.map { .string($0) }]), "spec": spec,
      ]
    }
    func certificate(_ name: String, in namespace: String, _ spec: JSON) -> JSON {
      [
        "apiVersion": "cert-manager.io/v1", "kind": "Certificate",
        "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
      ]
    }
    let key: JSON = ["algorithm": "ECDSA"]
    let selfSigned = "linkerd-self-signed"
    let root: JSON = [
      "isCA": true, "commonName": "root.linkerd.cluster.local", "secretName": .string(anchor), "duration": "87600h",
      // Everything that it signed is worth nothing with another key.
      "privateKey": ["algorithm": "ECDSA", "rotationPolicy": "Never"],
      "issuerRef": ["kind": "Issuer", "name": .string(selfSigned)],
    ]
    let identity: JSON = [
      "isCA": true, "commonName": "identity.linkerd.cluster.local", "dnsNames": ["identity.linkerd.cluster.local"],
      "secretName": "linkerd-identity-issuer", "duration": "48h", "renewBefore": "25h", "privateKey": key,
      "usages": ["cert sign", "crl sign", "server auth", "client auth"],
      "issuerRef": ["kind": "ClusterIssuer", "name": .string(anchor)],
    ]
    let bundle: JSON = [
      "apiVersion": "trust.cert-manager.io/v1alpha1", "kind": "Bundle",
      "metadata": ["name": "linkerd-identity-trust-roots"],
      "spec": [
        "sources": [["secret": ["name": .string(anchor), "key": "tls.crt"]]],
        "target": [
          "configMap": ["key": "ca-bundle.crt"],
          "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": .string(context.namespace)]],
        ],
      ],
    ]
    return [
      issuer(selfSigned, in: trust, ["selfSigned": [:]]), certificate(anchor, in: trust, root),
      issuer(anchor, in: nil, ["ca": ["secretName": .string(anchor)]]),
      certificate("linkerd-identity-issuer", in: context.namespace, identity), bundle,
      issuer(selfSigned, in: context.namespace, ["selfSigned": [:]]),
    ]
      + webhooks.map { name in
        let host = JSON.string("linkerd-\(name).\(context.namespace).svc")
        return certificate(
          "linkerd-\(name)", in: context.namespace,
          [
            "commonName": host, "dnsNames": [host], "secretName": .string("linkerd-\(name)-k8s-tls"),
            "duration": "720h", "privateKey": key, "usages": ["server auth"],
            "issuerRef": ["kind": "Issuer", "name": .string(selfSigned)],
          ])
      }
  }
}
