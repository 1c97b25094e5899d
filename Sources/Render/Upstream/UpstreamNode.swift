import Blueprint
import Diagnostics
import JSON

/// The files of one machine with the upstream components, below `nodes/NAME`: each component's flags, and the unit that
/// runs it with them. Certificates and kubeconfigs are made when the machine is prepared, and are never in this tree.
struct UpstreamNode {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec
  let node: NodeSpec

  /// Where kubeadm keeps certificates, which is where everybody looks for them.
  static let certificates = "/etc/kubernetes/pki"

  func files() -> [RenderedFile] {
    let root = "nodes/\(node.name)"
    return kubernetesFiles(below: root) + MachineFiles(blueprint: blueprint, node: node).files(below: root)
  }

  func kubernetesFiles(below root: String) -> [RenderedFile] {
    var files: [RenderedFile] = []
    for component in components {
      files.append(component.flagsFile(below: root))
      files.append(component.unit(below: root))
    }
    files.append(RenderedFile("\(root)/etc/kubernetes/kubelet.yaml", yaml: [kubeletConfiguration]))
    return files
  }

  var components: [UpstreamComponent] {
    (isServer ? [etcd, apiServer, controllerManager, scheduler] : []) + [kubelet] + (blueprint.hasCilium ? [] : [proxy])
  }

  private var isServer: Bool { node.role == .controlPlane }
  private var network: NetworkSpec { blueprint.network }
  /// As it stands in a URL.
  private var host: String { Self.inURL(node.addresses.first?.value) ?? node.name }
  private var pods: String { network.pods.map { "\($0.value)" }.joined(separator: ",") }
  private var services: String { network.services.map { "\($0.value)" }.joined(separator: ",") }

  private static func inURL(_ address: IPAddress?) -> String? {
    address.map { $0.family == .v6 ? "[\($0)]" : "\($0)" }
  }

  // MARK: The control plane

  /// https://etcd.io/docs/v3.6/op-guide/configuration/
  private var etcd: UpstreamComponent {
    let folder = "\(Self.certificates)/etcd"
    let members = blueprint.servers.map { server in
      "\(server.name)=https://\(Self.inURL(server.addresses.first?.value) ?? server.name):2380"
    }
    return UpstreamComponent(
      "etcd", "the cluster's state", type: "notify",
      flags: [
        ("name", node.name), ("data-dir", "/var/lib/etcd"),
        ("listen-client-urls", "https://127.0.0.1:2379,https://\(host):2379"),
        ("advertise-client-urls", "https://\(host):2379"), ("listen-peer-urls", "https://\(host):2380"),
        ("initial-advertise-peer-urls", "https://\(host):2380"),
        ("initial-cluster", members.joined(separator: ",")), ("initial-cluster-token", blueprint.name),
        ("initial-cluster-state", "new"), ("client-cert-auth", "true"), ("trusted-ca-file", "\(folder)/ca.crt"),
        ("cert-file", "\(folder)/server.crt"), ("key-file", "\(folder)/server.key"),
        ("peer-client-cert-auth", "true"), ("peer-trusted-ca-file", "\(folder)/ca.crt"),
        ("peer-cert-file", "\(folder)/peer.crt"), ("peer-key-file", "\(folder)/peer.key"),
      ])
  }

  /// https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
  private var apiServer: UpstreamComponent {
    let pki = Self.certificates
    var flags: [(String, String)] = [
      ("secure-port", "\(kubernetes.port)"), ("allow-privileged", "true"), ("authorization-mode", "Node,RBAC"),
      ("enable-admission-plugins", "NodeRestriction"), ("enable-bootstrap-token-auth", "true"),
      ("client-ca-file", "\(pki)/ca.crt"), ("tls-cert-file", "\(pki)/apiserver.crt"),
      ("tls-private-key-file", "\(pki)/apiserver.key"), ("etcd-servers", "https://127.0.0.1:2379"),
      ("etcd-cafile", "\(pki)/etcd/ca.crt"), ("etcd-certfile", "\(pki)/apiserver-etcd-client.crt"),
      ("etcd-keyfile", "\(pki)/apiserver-etcd-client.key"),
      ("kubelet-client-certificate", "\(pki)/apiserver-kubelet-client.crt"),
      ("kubelet-client-key", "\(pki)/apiserver-kubelet-client.key"),
      ("kubelet-preferred-address-types", "InternalIP,ExternalIP,Hostname"),
      ("proxy-client-cert-file", "\(pki)/front-proxy-client.crt"),
      ("proxy-client-key-file", "\(pki)/front-proxy-client.key"),
      ("requestheader-allowed-names", "front-proxy-client"),
      ("requestheader-client-ca-file", "\(pki)/front-proxy-ca.crt"),
      ("requestheader-extra-headers-prefix", "X-Remote-Extra-"), ("requestheader-group-headers", "X-Remote-Group"),
      ("requestheader-username-headers", "X-Remote-User"),
      ("service-account-issuer", "https://kubernetes.default.svc.cluster.local"),
      ("service-account-key-file", "\(pki)/sa.pub"), ("service-account-signing-key-file", "\(pki)/sa.key"),
    ]
    if let address = node.addresses.first { flags.append(("advertise-address", "\(address.value)")) }
    if !services.isEmpty { flags.append(("service-cluster-ip-range", services)) }
    if kubernetes.secretsEncryption {
      flags.append(("encryption-provider-config", "/etc/kubernetes/encryption.yaml"))
    }
    return UpstreamComponent(
      "kube-apiserver", "the API of Kubernetes", type: "notify", after: ["etcd.service"], flags: flags)
  }

  /// https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
  private var controllerManager: UpstreamComponent {
    let pki = Self.certificates
    let kubeconfig = "/etc/kubernetes/controller-manager.conf"
    var flags: [(String, String)] = [
      ("kubeconfig", kubeconfig), ("authentication-kubeconfig", kubeconfig), ("authorization-kubeconfig", kubeconfig),
      ("bind-address", "127.0.0.1"), ("leader-elect", "true"), ("use-service-account-credentials", "true"),
      ("controllers", "*,bootstrapsigner,tokencleaner"), ("client-ca-file", "\(pki)/ca.crt"),
      ("requestheader-client-ca-file", "\(pki)/front-proxy-ca.crt"), ("root-ca-file", "\(pki)/ca.crt"),
      ("cluster-signing-cert-file", "\(pki)/ca.crt"), ("cluster-signing-key-file", "\(pki)/ca.key"),
      ("service-account-private-key-file", "\(pki)/sa.key"), ("cluster-name", blueprint.name),
    ]
    // Cilium too takes the addresses of pods from here.
    if !pods.isEmpty {
      flags += [("allocate-node-cidrs", "true"), ("cluster-cidr", pods)]
      if let mask = network.podMaskIPv6 { flags.append(("node-cidr-mask-size-ipv6", "\(mask)")) }
    }
    if !services.isEmpty { flags.append(("service-cluster-ip-range", services)) }
    return UpstreamComponent(
      "kube-controller-manager", "the controllers of Kubernetes", after: ["kube-apiserver.service"], flags: flags)
  }

  /// https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/
  private var scheduler: UpstreamComponent {
    let kubeconfig = "/etc/kubernetes/scheduler.conf"
    return UpstreamComponent(
      "kube-scheduler", "finds nodes for pods", after: ["kube-apiserver.service"],
      flags: [
        ("kubeconfig", kubeconfig), ("authentication-kubeconfig", kubeconfig),
        ("authorization-kubeconfig", kubeconfig), ("bind-address", "127.0.0.1"), ("leader-elect", "true"),
      ])
  }

  // MARK: Every node

  /// https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
  private var kubelet: UpstreamComponent {
    var flags: [(String, String)] = [
      ("config", "/etc/kubernetes/kubelet.yaml"), ("kubeconfig", "/etc/kubernetes/kubelet.conf"),
      ("bootstrap-kubeconfig", "/etc/kubernetes/bootstrap-kubelet.conf"), ("hostname-override", node.name),
    ]
    if !node.addresses.isEmpty {
      flags.append(("node-ip", node.addresses.map { "\($0.value)" }.joined(separator: ",")))
    }
    flags.append(("node-labels", node.labelWords.joined(separator: ",")))
    return UpstreamComponent(
      "kubelet", "runs the pods of this machine", requires: ["containerd.service"], flags: flags)
  }

  /// https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/
  private var proxy: UpstreamComponent {
    var flags = [("kubeconfig", "/etc/kubernetes/kube-proxy.conf"), ("hostname-override", node.name)]
    if !pods.isEmpty { flags.append(("cluster-cidr", pods)) }
    return UpstreamComponent("kube-proxy", "leads Services to their pods", flags: flags)
  }

  /// https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
  var kubeletConfiguration: JSON {
    var config: JSON = [
      "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
      "authentication": [
        "anonymous": ["enabled": false], "webhook": ["enabled": true],
        "x509": ["clientCAFile": .string("\(Self.certificates)/ca.crt")],
      ],
      "authorization": ["mode": "Webhook"], "cgroupDriver": "systemd", "clusterDomain": "cluster.local",
      "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock", "rotateCertificates": true,
      "staticPodPath": "/etc/kubernetes/manifests",
    ]
    if let service = blueprint.release("coredns")?.values["service"], let address = service["clusterIP"] {
      config["clusterDNS"] = service["clusterIPs"] ?? [address]
    }
    if let garbage = kubernetes.imageGarbageCollection {
      config["imageGCHighThresholdPercent"] = .int(garbage.high)
      config["imageGCLowThresholdPercent"] = .int(garbage.low)
    }
    if !node.taints.isEmpty { config["registerWithTaints"] = .array(node.taints.map(Self.taint)) }
    for member in GracefulShutdown.kubelet { config[member.key] = member.value }
    return config
  }

  /// `key=value:Effect` as an object.
  private static func taint(_ text: String) -> JSON {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let pair = parts[0].split(separator: "=", maxSplits: 1).map(String.init)
    var taint: JSON = ["key": .string(pair[0])]
    if pair.count > 1 { taint["value"] = .string(pair[1]) }
    if parts.count > 1 { taint["effect"] = .string(parts[1]) }
    return taint
  }
}
