import YAML

extension Shape where Value == KubernetesSpec {
  static var kubernetes: Shape {
    section("kubernetes") { reader in
      let distribution = reader.required("distribution", Shape<KubernetesSpec.Distribution>.choice)
      let version = reader.optional("version", .kubernetesVersion)
      let tlsSANs = reader.optional("tlsSANs", .list(.certificateName))
      guard let distribution else { return nil }
      return KubernetesSpec(
        distribution: distribution, version: version, tlsSANs: tlsSANs ?? [], span: reader.span)
    }
  }
}
