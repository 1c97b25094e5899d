package import Blueprint
import Diagnostics
import JSON

/// https://secrets-store-csi-driver.sigs.k8s.io/getting-started/installation
package enum SecretsStoreCSI: Component {
  package struct Options: ComponentOptions {
    package var rotates = true
  }

  package static let about = About(
    "secrets-store-csi", "Lays secrets into pods as files, without a Secret in the cluster.",
    chart: ChartReference(
      "https://kubernetes-sigs.github.io/secrets-store-csi-driver/charts", "secrets-store-csi-driver", "1.6.0",
      kubernetes: 30),
    namespace: "kube-system",
    definitions: [
      "secretproviderclasses.secrets-store.csi.x-k8s.io", "secretproviderclasspodstatuses.secrets-store.csi.x-k8s.io",
    ],
    overhead: Overhead(memoryPerNode: 128, cpuPerNode: 70))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let rotates = reader.optional("rotate", .truth, "Looks for new values every two minutes.", byDefault: true)
    return Options(rotates: rotates ?? true)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var values: JSON = ["enableSecretRotation": .bool(options.rotates)]
    // Vault is told by the pod itself who asks.
    if context.has("vault") { values["tokenRequests"] = [["audience": "vault"]] }
    var contribution = Contribution(
      values: values,
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName("secrets-store-csi-driver"))"],
      openings: [Opening(.egress, .host, because: "it asks the API server which files a pod wants")])
    contribution.monitors = [Monitor(.pod, labels: ["app": "secrets-store-csi-driver"], port: "metrics")]
    if !context.has("vault") {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has nobody to fetch secrets from", .warning,
          fix: "add 'vault: {}' to 'platform', unless a release of your own brings a provider"))
    }
    return contribution
  }
}
