package import Blueprint
import JSON

/// https://gateway-api.sigs.k8s.io/guides/getting-started/ – definitions alone; Cilium or Traefik bring them to life.
package enum GatewayAPI: Component {
  package struct Options: ComponentOptions {
    package enum Channel: String, Sendable, CaseIterable { case standard, experimental }
    package var channel = Channel.standard
  }

  /// The bundle that Cilium 1.20 was built for.
  private static let version = "v1.6.1"

  package static let about = About(
    "gateway-api", "The definitions of Gateways and their routes.", namespace: "kube-system",
    definitions: [
      "backendtlspolicies", "gatewayclasses", "gateways", "grpcroutes", "httproutes", "listenersets",
      "referencegrants", "tcproutes", "tlsroutes", "udproutes",
    ].map { "\($0).gateway.networking.k8s.io" })

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(
      channel: reader.optional(
        "channel", Shape<Options.Channel>.choice, "experimental has more kinds and fields, which may still change.",
        byDefault: "standard") ?? .standard)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let folder = options.channel == .standard ? "config/crd" : "config/crd/experimental"
    let version = context.use.version?.value ?? version
    return Contribution(
      source: .kustomize(
        "https://github.com/kubernetes-sigs/gateway-api/\(folder)?ref=\(version)",
        span: context.use.version?.span ?? context.use.release.span),
      waitFor: ["gatewayclasses", "gateways", "httproutes"].map { "crd/\($0).gateway.networking.k8s.io" })
  }
}
