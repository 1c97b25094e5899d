import Blueprint
import Catalog
import JSON

/// What machines of a Talos cluster have in common: the configuration of all, of the control plane and of workers, in the
/// format of Talos 1.13: one document for the machine and Kubernetes, and one for each other thing
/// (https://docs.siderolabs.com/talos, "Configuration").
struct TalosCluster {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec

  var talos: KubernetesSpec.Talos { kubernetes.talos ?? .init() }
  private var network: NetworkSpec { blueprint.network }

  /// Where Talos answers its own API server on every machine.
  static let kubePrismPort = 7445

  // MARK: Every machine

  var global: TalosDocuments {
    var main: JSON = ["version": "v1alpha1", "machine": machine, "cluster": cluster]
    if !registersFiles.isEmpty { main.set(.array(registersFiles), at: ["machine", "files"]) }
    var documents = TalosDocuments([main])
    if !network.dns.isEmpty {
      documents.merge([
        "apiVersion": "v1alpha1", "kind": "ResolverConfig",
        "nameservers": .array(network.dns.map { ["address": .string("\($0.value)")] }),
      ])
    }
    if let encryption = talos.diskEncryption {
      for volume in ["STATE", "EPHEMERAL"] { documents.merge(Self.encrypted(volume, encryption)) }
    }
    for mirror in kubernetes.registryMirrors + talos.registryMirrors {
      documents.merge([
        "apiVersion": "v1alpha1", "kind": "RegistryMirrorConfig", "name": .string(mirror.registry),
        "endpoints": .array(mirror.endpoints.map { ["url": .string($0)] }),
      ])
    }
    if !kubernetes.environment.isEmpty {
      documents.merge([
        "apiVersion": "v1alpha1", "kind": "EnvironmentConfig", "variables": .strings(kubernetes.environment),
      ])
    }
    for patch in talos.globalPatches { documents.merge(patch) }
    return documents
  }

  private var machine: JSON {
    var kubelet: JSON = ["defaultRuntimeSeccompProfileEnabled": true, "disableManifestsDirectory": true]
    if let version = kubernetes.version { kubelet["image"] = .string("ghcr.io/siderolabs/kubelet:\(version)") }
    if !network.nodes.isEmpty { kubelet["nodeIP"] = ["validSubnets": Self.list(network.nodes)] }
    if let garbage = kubernetes.imageGarbageCollection {
      kubelet["extraConfig"] = [
        "imageGCHighThresholdPercent": .int(garbage.high), "imageGCLowThresholdPercent": .int(garbage.low),
      ]
    }
    return [
      "kubelet": kubelet,
      "features": [
        "diskQuotaSupport": true, "kubePrism": ["enabled": true, "port": .int(Self.kubePrismPort)],
        "hostDNS": ["enabled": true, "forwardKubeDNSToHost": .bool(!masqueradesInTheKernel)],
      ],
      "sysctls": ["fs.inotify.max_user_instances": "1024"],
    ]
  }

  private var cluster: JSON {
    var networks: JSON = ["dnsDomain": "cluster.local"]
    if !network.pods.isEmpty { networks["podSubnets"] = Self.list(network.pods) }
    if !network.services.isEmpty { networks["serviceSubnets"] = Self.list(network.services) }
    if blueprint.hasCilium { networks["cni"] = ["name": "none"] }
    return [
      "clusterName": .string(blueprint.name), "controlPlane": ["endpoint": .string(endpoint)], "network": networks,
      "discovery": ["enabled": true, "registries": ["kubernetes": ["disabled": true]]],
    ]
  }

  /// Where machines and people find the API.
  private var endpoint: String {
    guard let address = network.controlPlaneVIP ?? blueprint.servers.first?.addresses.first else {
      return "https://\(blueprint.servers.first?.name ?? blueprint.name):\(kubernetes.port)"
    }
    let host = address.value.family == .v6 ? "[\(address.value)]" : "\(address.value)"
    return "https://\(host):\(kubernetes.port)"
  }

  /// Spegel gives other nodes the layers of images as they were fetched, which containerd would throw away.
  private var registersFiles: [JSON] {
    if blueprint.release("spegel") == nil { return [] }
    return [
      [
        "path": "/etc/cri/conf.d/20-customization.part", "op": "create", "permissions": .int(0o644),
        "content": "[plugins.\"io.containerd.cri.v1.images\"]\n  discard_unpacked_layers = false\n",
      ]
    ]
  }

  private static func encrypted(_ volume: String, _ encryption: KubernetesSpec.Talos.DiskEncryption) -> JSON {
    let key: JSON = encryption == .tpm ? ["slot": 0, "tpm": [:]] : ["slot": 0, "nodeID": [:]]
    return [
      "apiVersion": "v1alpha1", "kind": "VolumeConfig", "name": .string(volume),
      "encryption": ["provider": "luks2", "keys": [key]],
    ]
  }

  // MARK: The control plane

  var controlPlane: TalosDocuments {
    var cluster: JSON = [
      "allowSchedulingOnControlPlanes": .bool(!isControlPlaneReserved),
      "apiServer": ["certSANs": .array(names.map { .string($0) })],
      "proxy": ["disabled": .bool(replacesKubeProxy)],
    ]
    cluster["controllerManager"] = [:]
    cluster["scheduler"] = [:]
    if let version = kubernetes.version {
      for (part, image) in [
        ("apiServer", "kube-apiserver"), ("controllerManager", "kube-controller-manager"),
        ("scheduler", "kube-scheduler"), ("proxy", "kube-proxy"),
      ] where part != "proxy" || !replacesKubeProxy {
        cluster[part]?["image"] = .string("registry.k8s.io/\(image):\(version)")
      }
    }
    if !network.nodes.isEmpty { cluster["etcd"] = ["advertisedSubnets": Self.list(network.nodes)] }
    var manager: JSON = [:]
    if let mask = network.podMaskIPv6 { manager["node-cidr-mask-size-ipv6"] = .string("\(mask)") }
    if blueprint.release("kube-prometheus-stack") != nil {
      // Prometheus asks them from other machines.
      manager["bind-address"] = "0.0.0.0"
      cluster["scheduler"]?["extraArgs"] = ["bind-address": "0.0.0.0"]
      cluster.set(["listen-metrics-urls": "http://0.0.0.0:2381"], at: ["etcd", "extraArgs"])
    }
    if manager != [:] { cluster["controllerManager"]?["extraArgs"] = manager }
    if blueprint.release("coredns") != nil { cluster["coreDNS"] = ["disabled": true] }
    var main: JSON = ["machine": ["type": "controlplane"], "cluster": cluster]
    if kubernetes.port != 6443 {
      main.set(.int(kubernetes.port), at: ["cluster", "controlPlane", "localAPIServerPort"])
    }
    var documents = TalosDocuments([main])
    for patch in talos.controlPlanePatches { documents.merge(patch) }
    return documents
  }

  /// What the API's certificate is made out to, besides what Talos knows itself.
  private var names: [String] { kubernetes.tlsSANs + (network.controlPlaneVIP.map { ["\($0.value)"] } ?? []) }

  /// Talos sets the taint itself where no server takes workloads.
  static func isReserving(_ taint: String) -> Bool {
    taint.hasPrefix("node-role.kubernetes.io/control-plane") && taint.hasSuffix(":NoSchedule")
  }

  var isControlPlaneReserved: Bool {
    blueprint.servers.allSatisfy { $0.taints.contains(where: Self.isReserving) }
  }

  private var replacesKubeProxy: Bool {
    guard let cilium = blueprint.release("cilium") else { return false }
    return cilium.values["kubeProxyReplacement"]?.bool ?? true
  }

  /// Cilium's masquerading in eBPF and forwarding of DNS to the host exclude each other.
  private var masqueradesInTheKernel: Bool {
    blueprint.release("cilium")?.values[path: "bpf", "masquerade"]?.bool ?? false
  }

  // MARK: Workers

  var worker: TalosDocuments {
    var documents = TalosDocuments([["machine": ["type": "worker"]]])
    for patch in talos.workerPatches { documents.merge(patch) }
    return documents
  }

  private static func list(_ networks: [Located<CIDR>]) -> JSON { .array(networks.map { .string("\($0.value)") }) }
}
