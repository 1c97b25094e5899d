public import Blueprint
import JSON
public import Redaction

/// The files of a Talos cluster, below `talos`: patches, the configuration of each machine without its secrets, what the
/// Image Factory is told, and where `talosctl` finds the machines.
///
/// What is secret is put in where it is used (`configuration(of:secrets:)`), and never lies in this tree.
public struct TalosTree {
  private let cluster: TalosCluster
  private var blueprint: Blueprint { cluster.blueprint }

  /// `nil` for another distribution.
  public init?(_ blueprint: Blueprint) {
    guard let kubernetes = blueprint.kubernetes, kubernetes.distribution == .talos else { return nil }
    cluster = TalosCluster(blueprint: blueprint, kubernetes: kubernetes)
  }

  func files() -> [RenderedFile] {
    var files = [
      RenderedFile("talos/patches/global.yaml", yaml: cluster.global.documents),
      RenderedFile("talos/patches/control-plane.yaml", yaml: cluster.controlPlane.documents),
      RenderedFile("talos/talosconfig.yaml", yaml: [client]),
      RenderedFile("talos/images.yaml", yaml: [images]),
    ]
    if !blueprint.workers.isEmpty {
      files.append(RenderedFile("talos/patches/worker.yaml", yaml: cluster.worker.documents))
    }
    var schematics: [String: String] = [:]
    for node in blueprint.nodes {
      files.append(RenderedFile("talos/machines/\(node.name).yaml", yaml: documents(of: node).documents))
      if let schematic = TalosNode(cluster: cluster, node: node).schematic { schematics[schematic.id] = schematic.text }
    }
    for (id, text) in schematics { files.append(RenderedFile("talos/schematics/\(id).yaml", text)) }
    return files
  }

  /// What is nearer to the machine wins.
  private func documents(of node: NodeSpec) -> TalosDocuments {
    TalosNode.whole([
      cluster.global, node.role == .controlPlane ? cluster.controlPlane : cluster.worker,
      TalosNode(cluster: cluster, node: node).documents,
    ])
  }

  /// For installing and upgrading: `talosctl upgrade --image`, `talosctl upgrade-k8s --to`.
  private var images: JSON {
    var images: JSON = [:]
    if let version = cluster.talos.version { images["talos"] = .string(version) }
    if let version = cluster.kubernetes.version { images["kubernetes"] = .string(version) }
    var installers = JSONObject()
    for node in blueprint.nodes {
      if let image = TalosNode(cluster: cluster, node: node).installer { installers[node.name] = .string(image) }
    }
    images["installers"] = .object(installers)
    return images
  }

  // MARK: With secrets

  /// A machine's whole configuration, as `talosctl apply-config` takes it.
  /// - Returns: YAML documents; `nil` where there is no such machine.
  public func configuration(of name: String, secrets: TalosSecrets) -> Secret<String>? {
    guard let node = blueprint.nodes.first(where: { $0.name == name }) else { return nil }
    var documents = documents(of: node)
    documents.merge(Self.confidential(secrets, isServer: node.role == .controlPlane))
    return Secret(RenderedFile(name, yaml: documents.documents).text)
  }

  /// Workers hold what they know others by, and no authority's key.
  private static func confidential(_ secrets: TalosSecrets, isServer: Bool) -> JSON {
    let everywhere: KeyValuePairs = [
      "cluster.id": "cluster.id", "cluster.secret": "cluster.secret", "cluster.token": "secrets.bootstraptoken",
      "cluster.ca.crt": "certs.k8s.crt", "machine.token": "trustdinfo.token", "machine.ca.crt": "certs.os.crt",
    ]
    let servers: KeyValuePairs = [
      "cluster.ca.key": "certs.k8s.key", "cluster.aggregatorCA.crt": "certs.k8saggregator.crt",
      "cluster.aggregatorCA.key": "certs.k8saggregator.key",
      "cluster.secretboxEncryptionSecret": "secrets.secretboxencryptionsecret",
      "cluster.aescbcEncryptionSecret": "secrets.aescbcencryptionsecret",
      "cluster.serviceAccount.key": "certs.k8sserviceaccount.key", "cluster.etcd.ca.crt": "certs.etcd.crt",
      "cluster.etcd.ca.key": "certs.etcd.key", "machine.ca.key": "certs.os.key",
    ]
    var document: JSON = [:]
    for (place, path) in Array(everywhere) + (isServer ? Array(servers) : []) {
      guard let value = secrets[path] else { continue }
      document.set(.string(value.reveal()), at: place.split(separator: ".").map(String.init)[...])
    }
    return document
  }

  // MARK: talosctl

  /// Where the machines are; the VIP is no endpoint of Talos' own API.
  private var client: JSON { client(credentials: [:]) }

  private func client(credentials: JSON) -> JSON {
    func addresses(_ nodes: [NodeSpec]) -> JSON {
      .array(nodes.map { .string($0.addresses.first.map { "\($0.value)" } ?? $0.name) })
    }
    let context: JSON = ["endpoints": addresses(blueprint.servers), "nodes": addresses(blueprint.nodes)]
    return [
      "context": .string(blueprint.name), "contexts": [blueprint.name: context.overlaid(with: credentials)],
    ]
  }

  /// An administrator's `~/.talos/config`, good for a year.
  /// - Parameter now: seconds since 1970.
  /// - Returns: `nil` where the secrets' authority cannot be read.
  public func clientConfiguration(secrets: TalosSecrets, now: Double) -> Secret<String>? {
    guard let authority = secrets["certs.os.crt"], let (certificate, key) = secrets.client(now: now) else { return nil }
    let credentials: JSON = [
      "ca": .string(authority.reveal()), "crt": .string(certificate), "key": .string(key.reveal()),
    ]
    return Secret(RenderedFile("talosconfig", yaml: [client(credentials: credentials)]).text)
  }
}
