package import Blueprint
import JSON

/// https://cert-manager.io/docs/trust/trust-manager/
package enum TrustManager: Component {
  package struct Options: ComponentOptions {
    package var bundles: [Bundle] = []

    package struct Bundle: Sendable, Equatable {
      /// Of the ConfigMap that every namespace gets.
      package var name: String
      /// Whether it has the authorities that the world trusts.
      package var hasPublicAuthorities = true
      package var secret: String?
      package var configMap: String?
      package var key = "ca.crt"
    }
  }

  package static let about = About(
    "trust-manager", "Tells every namespace which certificate authorities to trust.",
    chart: ChartReference("https://charts.jetstack.io", "trust-manager", "v0.24.0", kubernetes: 25),
    namespace: "cert-manager",
    dependsOn: ["cert-manager"], definitions: ["bundles.trust.cert-manager.io"],
    overhead: Overhead(memory: 64, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(
      bundles: reader.optional(
        "bundles", bundles, "Lists of authorities, each a ConfigMap of this name in every namespace.") ?? [])
  }

  private static var bundles: Shape<[Options.Bundle]> {
    .pairs("a mapping of bundles by name", bundle) { name, bundle in
      var bundle = bundle
      bundle.name = name
      return bundle
    }
  }

  private static var bundle: Shape<Options.Bundle> {
    .section("a bundle") { reader in
      var bundle = Options.Bundle(name: "")
      bundle.hasPublicAuthorities =
        reader.optional(
          "publicAuthorities", .truth, "Whether it has the authorities that the world trusts.", byDefault: true)
        ?? true
      bundle.secret = reader.optional(
        "secret", .subdomain("the name of a Secret"), "A Secret beside trust-manager, with an authority of one's own.")
      bundle.configMap = reader.optional(
        "configMap", .subdomain("the name of a ConfigMap"),
        "A ConfigMap beside trust-manager, with an authority of one's own.")
      bundle.key =
        reader.optional("key", .dataKey, "The authority's key there.", byDefault: "ca.crt") ?? bundle.key
      if !bundle.hasPublicAuthorities {
        if case .none = reader.choose(among: ["secret", "configMap"]) {
          reader.reportMissing(
            ["secret", "configMap"], code: "CR0203", "the bundle would be empty", at: reader.span,
            fix: "add 'secret:' or 'configMap:' with an authority of one's own")
        }
      }
      return bundle
    }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    // Its objects have the chart's name whatever the release is called.
    let name = about.name
    let values: JSON = [
      "app": ["trust": ["namespace": .string(context.namespace)]],
      "resources": ["requests": ["cpu": "10m", "memory": "64Mi"]],
    ]
    var contribution = Contribution(
      values: values, objects: options.bundles.map(object),
      waitFor: ["crd/bundles.trust.cert-manager.io", "deployment/\(context.namespace)/\(name)"],
      openings: [
        Opening(.ingress, .host, ports: [6443], because: "the API server asks its webhook"),
        Opening(.egress, .host, because: "it writes ConfigMaps through the API server"),
      ])
    contribution.secrets = options.bundles.compactMap { bundle in
      bundle.secret.map {
        SecretNeed(
          $0, in: context.namespace, keys: [bundle.key], for: "Certificate authority of the bundle '\(bundle.name)'")
      }
    }
    contribution.monitors = [
      Monitor(.service, labels: ["app.kubernetes.io/instance": context.name, "app": name], port: "metrics")
    ]
    if !context.has("cert-manager") {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has its own certificate from cert-manager, and the cluster has none",
          fix: "add 'cert-manager: {}' to 'platform'"))
    }
    return contribution
  }

  private static func object(_ bundle: Options.Bundle) -> JSON {
    var sources: [JSON] = bundle.hasPublicAuthorities ? [["useDefaultCAs": true]] : []
    for (kind, name) in [("secret", bundle.secret), ("configMap", bundle.configMap)] {
      if let name { sources.append([kind: ["name": .string(name), "key": .string(bundle.key)]]) }
    }
    return [
      "apiVersion": "trust.cert-manager.io/v1alpha1", "kind": "Bundle", "metadata": ["name": .string(bundle.name)],
      "spec": [
        "sources": .array(sources),
        "target": ["configMap": ["key": "ca-certificates.crt"], "namespaceSelector": ["matchLabels": [:]]],
      ],
    ]
  }
}
