package import Blueprint
import Catalog

/// What the host of a k3d cluster gets.
package struct K3dHost {
  /// With their places on the host; the unit is the last.
  package let files: [RenderedFile]
  /// `croft-k3d-factory.service`
  package let unit: String
  /// Where the unit writes the kubeconfig.
  package let kubeconfig: String

  /// `nil` where the cluster is none of k3d's.
  package init?(_ blueprint: Blueprint) {
    guard let kubernetes = blueprint.kubernetes, kubernetes.distribution == .k3d else { return nil }
    let tree = K3dTree(blueprint: blueprint.removingSecretsRelease(), kubernetes: kubernetes)
    files = tree.hostFiles()
    unit = "croft-k3d-\(blueprint.name).service"
    kubeconfig = kubernetes.kubeconfig.path ?? "/etc/k3d/kubeconfig"
  }
}
