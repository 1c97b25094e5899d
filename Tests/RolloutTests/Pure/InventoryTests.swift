import JSON
import Kubernetes
import Testing

@testable import Rollout

@Suite struct InventoryTests {
  @Test func survivesItsObject() {
    let inventory = Inventory(
      cluster: "home", release: "web", kinds: [GroupKind("Deployment.apps"), GroupKind("ConfigMap")],
      namespaces: ["b", "a"], revision: "abc")
    #expect(Inventory(inventory.object) == inventory)
    #expect(inventory.object.annotation("applyset.kubernetes.io/contains-group-kinds") == "ConfigMap,Deployment.apps")
    #expect(inventory.object.annotation("applyset.kubernetes.io/additional-namespaces") == "a,b")
    #expect(inventory.object.label("applyset.kubernetes.io/id") == inventory.id)
  }

  /// The identifier of KEP-3659: base64url of sha256("NAME.NAMESPACE.KIND.GROUP"), computed with openssl.
  @Test func hasTheIdentifierThatKubectlComputes() {
    let inventory = Inventory(cluster: "home", release: "web")
    #expect(inventory.id == "applyset-783GzA9G5nOgT2q5IhympwMK2wvw48x3yqRzCVIeQiQ-v1")
  }

  @Test func marksItsMembers() {
    let inventory = Inventory(cluster: "home", release: "web")
    let object = Object(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x", "namespace": "y"]])
    #expect(inventory.owns(inventory.labelled(object)))
    #expect(!inventory.owns(object))
    #expect(!Inventory(cluster: "home", release: "other").owns(inventory.labelled(object)))
  }
}
