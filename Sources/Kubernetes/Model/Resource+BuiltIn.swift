/// Resources of Kubernetes' own that Croft asks for without looking at what the server serves.
extension Resource {
  public static let configMaps = core("ConfigMap", "configmaps")
  public static let events = core("Event", "events")
  public static let namespaces = core("Namespace", "namespaces", isNamespaced: false)
  public static let nodes = core("Node", "nodes", isNamespaced: false)
  public static let persistentVolumes = core("PersistentVolume", "persistentvolumes", isNamespaced: false)
  public static let pods = core("Pod", "pods")
  public static let secrets = core("Secret", "secrets")

  public static let definitions = Resource(
    gvk: GroupVersionKind(group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition"),
    plural: "customresourcedefinitions", isNamespaced: false)
  public static let leases = Resource(
    gvk: GroupVersionKind(group: "coordination.k8s.io", version: "v1", kind: "Lease"), plural: "leases",
    isNamespaced: true)
  public static let storageClasses = Resource(
    gvk: GroupVersionKind(group: "storage.k8s.io", version: "v1", kind: "StorageClass"), plural: "storageclasses",
    isNamespaced: false)

  private static func core(_ kind: String, _ plural: String, isNamespaced: Bool = true) -> Resource {
    Resource(
      gvk: GroupVersionKind(group: "", version: "v1", kind: kind), plural: plural, isNamespaced: isNamespaced)
  }
}
