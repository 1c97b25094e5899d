/// Components that bring a definition (`certificates.cert-manager.io`), whether the cluster has them or not.
package func components(bringing definition: String) -> [String] {
  allComponents.map { $0.about }.filter { $0.definitions.contains(definition) }.map(\.name)
}
