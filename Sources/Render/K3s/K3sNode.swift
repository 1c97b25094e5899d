import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// The files of one k3s machine, below `nodes/NAME`, each where it belongs on the machine.
package struct K3sNode {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec
  let node: NodeSpec

  /// The token is made when the first server starts, and is never in this tree.
  package static let tokenFile = "/etc/rancher/k3s/token"

  func files() -> [RenderedFile] {
    let root = "nodes/\(node.name)"
    return kubernetesFiles(below: root) + MachineFiles(blueprint: blueprint, node: node).files(below: root)
  }

  func kubernetesFiles(below root: String) -> [RenderedFile] {
    var files = [RenderedFile("\(root)/etc/rancher/k3s/config.yaml", yaml: [config]), kubelet(below: root)]
    if let registries { files.append(RenderedFile("\(root)/etc/rancher/k3s/registries.yaml", yaml: [registries])) }
    if !kubernetes.environment.isEmpty {
      let lines = kubernetes.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
      files.append(RenderedFile("\(root)/etc/default/\(isServer ? "k3s" : "k3s-agent")", lines: lines))
    }
    // The unit tells the digests of all of them, its own among them, when it starts.
    let path = K3sService.path(isServer: isServer)
    let read = files.map { String($0.path.dropFirst(root.count)) } + [path]
    return files + [K3sService(isServer: isServer, files: read).file(below: root)]
  }

  /// A file that k3s 1.32 and newer lays over its own settings of the kubelet.
  private func kubelet(below root: String) -> RenderedFile {
    var config: JSON = ["apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"]
    for member in GracefulShutdown.kubelet { config[member.key] = member.value }
    return RenderedFile("\(root)/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/90-croft.conf", yaml: [config])
  }

  /// As systemd reads it in a file of variables.
  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  /// What containerd is told of registries; `nil`: nothing. https://docs.k3s.io/installation/private-registry
  var registries: JSON? {
    var mirrors = JSONObject()
    for mirror in kubernetes.registryMirrors {
      mirrors[mirror.registry] = ["endpoint": .array(mirror.endpoints.map { .string($0) })]
    }
    // Which registries' images nodes may have from each other: all.
    if hasSpegel, mirrors["*"] == nil { mirrors["*"] = .null }
    return mirrors.isEmpty ? nil : ["mirrors": .object(mirrors)]
  }

  private var isServer: Bool { node.role == .controlPlane }
  private var isFirst: Bool { blueprint.servers.first?.name == node.name }
  /// k3s brings it: https://docs.k3s.io/installation/registry-mirror
  var hasSpegel: Bool { blueprint.components.contains { $0.component == "spegel" } }
  private var network: NetworkSpec { blueprint.network }

  // MARK: config.yaml

  /// https://docs.k3s.io/cli/server, https://docs.k3s.io/cli/agent
  var config: JSON {
    var config = isServer ? serverConfig : JSON.object(JSONObject())
    config["node-name"] = .string(node.name)
    if !isFirst {
      config["server"] = .string("https://\(apiHost):\(kubernetes.port)")
      config["token-file"] = .string(Self.tokenFile)
    }
    if !node.addresses.isEmpty {
      config["node-ip"] = .string(node.addresses.map { "\($0.value)" }.joined(separator: ","))
    }
    config["node-label"] = .array(node.labelWords.map(JSON.string))
    if !node.taints.isEmpty { config["node-taint"] = .array(node.taints.map { .string($0) }) }
    if let garbage = kubernetes.imageGarbageCollection {
      config["kubelet-arg"] = [
        .string("image-gc-high-threshold=\(garbage.high)"), .string("image-gc-low-threshold=\(garbage.low)"),
      ]
    }
    return config.merging(isServer ? kubernetes.serverConfig : kubernetes.agentConfig)
  }

  private var serverConfig: JSON {
    var config = JSONObject()
    if blueprint.hasEtcd {
      if isFirst { config["cluster-init"] = true }
      if let etcd = blueprint.backup?.etcd {
        let hours = max(1, Int(etcd.every.components.seconds) / 3600)
        config["etcd-snapshot-schedule-cron"] = .string(hours >= 24 ? "0 0 * * *" : "0 */\(hours) * * *")
        config["etcd-snapshot-retention"] = .int(etcd.keep)
      }
    }
    if !network.pods.isEmpty { config["cluster-cidr"] = .string(Self.list(network.pods)) }
    if !network.services.isEmpty { config["service-cidr"] = .string(Self.list(network.services)) }
    let names = kubernetes.tlsSANs + (network.controlPlaneVIP.map { ["\($0.value)"] } ?? [])
    if !names.isEmpty { config["tls-san"] = .array(names.map { .string($0) }) }
    let disabled = disabledComponents
    if !disabled.isEmpty { config["disable"] = .array(disabled.map { .string($0) }) }
    if kubernetes.secretsEncryption { config["secrets-encryption"] = true }
    if kubernetes.port != 6443 { config["https-listen-port"] = .int(kubernetes.port) }
    config["write-kubeconfig-mode"] = .string(kubernetes.kubeconfig.mode ?? "0600")
    if let group = kubernetes.kubeconfig.group { config["write-kubeconfig-group"] = .string(group) }
    if let path = kubernetes.kubeconfig.path { config["write-kubeconfig"] = .string(path) }
    if blueprint.hasCilium {
      config["flannel-backend"] = "none"
      config["disable-network-policy"] = true
      config["disable-kube-proxy"] = true
    }
    if hasSpegel { config["embedded-registry"] = true }
    if let mask = network.podMaskIPv6 {
      config["kube-controller-manager-arg"] = [.string("node-cidr-mask-size-ipv6=\(mask)")]
    }
    return .object(config)
  }

  /// What the file names, and what the platform brings itself.
  private var disabledComponents: [String] {
    var disabled = Set(kubernetes.disable.map(\.value))
    let replaced: KeyValuePairs = [
      "coredns": ["coredns"], "metallb": ["servicelb"], "cilium": ["servicelb"], "traefik": ["traefik"],
      "ingress-nginx": ["traefik"], "metrics-server": ["metrics-server"], "local-path": ["local-storage"],
    ]
    let names = Set(blueprint.releases.map(\.name) + blueprint.components.map(\.component))
    for (name, components) in replaced where names.contains(name) { disabled.formUnion(components) }
    return disabled.sorted()
  }

  /// Where the others find the first server.
  private var apiHost: String {
    if let address = network.controlPlaneVIP ?? blueprint.servers.first?.addresses.first {
      return address.value.family == .v6 ? "[\(address.value)]" : "\(address.value)"
    }
    return blueprint.servers.first?.name ?? "localhost"
  }

  private static func list(_ networks: [Located<CIDR>]) -> String {
    networks.map { "\($0.value)" }.joined(separator: ",")
  }
}

extension RenderedFile {
  /// A file of lines under the sentence that says where it comes from.
  init(_ path: String, lines: [String]) {
    self.init(path, lines.map { $0 + "\n" }.joined())
  }
}
