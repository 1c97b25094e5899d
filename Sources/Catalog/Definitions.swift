/// Components that bring a definition (`certificates.cert-manager.io`), whether the cluster has them or not.
package func components(bringing definition: String) -> [String] {
  bringers[definition] ?? []
}

private let bringers: [String: [String]] = allComponents.reduce(into: [:]) { bringers, component in
  for definition in component.about.definitions { bringers[definition, default: []].append(component.about.name) }
}
