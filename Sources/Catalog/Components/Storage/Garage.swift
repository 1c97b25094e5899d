package import Blueprint
import JSON

/// https://garagehq.deuxfleurs.fr/documentation/ – its chart is in no repository.
package enum Garage: Component {
  package struct Options: ComponentOptions {
    package var buckets: [String] = []
    package var replicas = 1
    package var storage = StorageChoice(size: "50Gi")
    package var region = "garage"
    package var secret = "garage"
  }

  private static let version = "v2.3.0"
  private static let ports = (s3: 3900, rpc: 3901, admin: 3903)

  package static let about = About(
    "garage", "Keeps objects in buckets that are reached by S3.", namespace: "garage",
    after: ["cilium", "coredns"] + StorageChoice.providers, definitions: ["garagenodes.deuxfleurs.fr"])

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.buckets =
      reader.optional("buckets", .list(.subdomain("a bucket's name")), "Buckets that there are from the start.") ?? []
    options.replicas =
      reader.optional(
        "replicas", .whole(1...9, "a number of pods"),
        "How many pods there are; up to three each keep a copy of everything.", byDefault: 1) ?? 1
    options.storage = reader.storage(size: "50Gi")
    options.region =
      reader.optional("region", .label("a region"), "What clients call its region.", byDefault: "garage")
      ?? options.region
    options.secret =
      reader.optional(
        "secret", .subdomain("the name of a Secret"),
        "The Secret with rpc-secret, admin-token, access-key and secret-key.", byDefault: "garage") ?? options.secret
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.name
    let text = configuration(options, context)
    let configMap = "\(name)-\(text.fingerprint)"
    var workload = Workload(
      image: "docker.io/dxflrs/garage:\(context.use.version?.value ?? version)", span: context.use.release.span)
    workload.kind = .statefulSet
    workload.replicas = options.replicas
    workload.command = ["/garage"]
    workload.args = ["-c", "/etc/garage/garage.toml", "server"]
    workload.ports = [
      .init(name: "s3", port: ports.s3), .init(name: "rpc", port: ports.rpc), .init(name: "admin", port: ports.admin),
    ]
    // Its own report of health asks for a layout, which it only gets once it runs.
    workload.probe = .init(.tcp(port: ports.s3))
    workload.env = [
      .init(name: "GARAGE_RPC_SECRET", value: .secret(name: options.secret, key: "rpc-secret")),
      .init(name: "GARAGE_ADMIN_TOKEN", value: .secret(name: options.secret, key: "admin-token")),
    ]
    let claim = { (size: String) in
      Workload.Volume.Source.claim(
        size: size, storageClass: options.storage.storageClass, accessMode: "ReadWriteOnce")
    }
    workload.storage = [
      .init(name: "config", mount: "/etc/garage", source: .configMap(configMap), readOnly: true),
      .init(name: "meta", mount: "/var/lib/garage/meta", source: claim("2Gi")),
      .init(name: "data", mount: "/var/lib/garage/data", source: claim(options.storage.size)),
    ]
    workload.security.user = 1000
    workload.security.group = 1000
    workload.security.readOnlyRootFilesystem = true
    workload.resources.cpu = "50m"
    workload.resources.memory = "256Mi"
    let setup = GarageSetup(options, context, adminPort: ports.admin)
    var objects: [JSON] = [
      [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": context.metadata(configMap),
        "data": ["garage.toml": .string(text)],
      ]
    ]
    if options.replicas > 1 { objects += access.objects(context) + [definition] }
    var contribution = Contribution(
      source: .image(workload), objects: objects + setup.objects,
      waitFor: ["statefulset/\(context.namespace)/\(name)", "job/\(context.namespace)/\(setup.name)"],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: ["rpc-secret", "admin-token", "access-key", "secret-key"],
          for: "Garage's own secrets (64 hexadecimal digits, any text), and the key of its buckets (GK and 24 "
            + "hexadecimal digits, 64 of them)")
      ],
      openings: [
        Opening(.ingress, .cluster, ports: [ports.s3], because: "applications keep objects in its buckets"),
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [ports.admin],
          because: "a Job makes its layout, its key and its buckets"),
      ])
    if options.replicas > 1 {
      contribution.patches = [ClusterAccess.token(context)]
      contribution.openings.append(Opening(.egress, .host, because: "its pods find each other by the API server"))
    }
    contribution.page = WebPage(name, port: ports.s3)
    contribution.monitors = [Monitor(.service, labels: ["app.kubernetes.io/instance": name], port: "admin")]
    contribution.overhead = Overhead(memory: 256 * options.replicas, cpu: 50 * options.replicas)
    return contribution
  }

  /// https://garagehq.deuxfleurs.fr/documentation/reference-manual/configuration/
  private static func configuration(_ options: Options, _ context: ComponentContext) -> String {
    var lines = [
      "metadata_dir = \"/var/lib/garage/meta\"", "data_dir = \"/var/lib/garage/data\"", "db_engine = \"lmdb\"",
      "metadata_auto_snapshot_interval = \"6h\"", "replication_factor = \(min(3, options.replicas))",
      "rpc_bind_addr = \"[::]:\(ports.rpc)\"",
      "", "[s3_api]", "s3_region = \"\(options.region)\"", "api_bind_addr = \"[::]:\(ports.s3)\"",
    ]
    if let host = context.use.release.exposures.first?.host.value { lines.append("root_domain = \".\(host)\"") }
    lines += ["", "[admin]", "api_bind_addr = \"[::]:\(ports.admin)\""]
    if options.replicas > 1 {
      lines += [
        "", "[kubernetes_discovery]", "namespace = \"\(context.namespace)\"", "service_name = \"\(context.name)\"",
        "skip_crd = true",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let access = ClusterAccess(local: [
    .init(group: "deuxfleurs.fr", resources: ["garagenodes"], verbs: ClusterAccess.Rule.write)
  ])

  /// Where its pods write down how they are reached.
  private static var definition: JSON {
    let spec: JSON = [
      "type": "object", "required": ["address", "hostname", "port"],
      "properties": [
        "address": ["type": "string", "format": "ip"], "hostname": ["type": "string"],
        "port": ["type": "integer", "format": "uint16", "minimum": 0],
      ],
    ]
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": "garagenodes.deuxfleurs.fr"],
      "spec": [
        "group": "deuxfleurs.fr", "scope": "Namespaced",
        "names": ["kind": "GarageNode", "plural": "garagenodes", "singular": "garagenode"],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true,
            "schema": [
              "openAPIV3Schema": ["type": "object", "required": ["spec"], "properties": ["spec": spec]]
            ],
          ]
        ],
      ],
    ]
  }
}
