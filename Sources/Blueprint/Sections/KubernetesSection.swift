import Diagnostics
import JSON
import YAML

extension Shape where Value == KubernetesSpec {
  static var kubernetes: Shape {
    section("kubernetes", explain: "kubernetes") { reader in
      let distribution = reader.required(
        "distribution", Shape<KubernetesSpec.Distribution>.choice,
        "Which Kubernetes runs: k3s on machines, k3d in the Docker of one host, Talos, or the upstream components.")
      let version = reader.optional(
        "version", .kubernetesVersion, "The exact version, such as v1.33.4+k3s1. It is never chosen for you.")
      let tlsSANs = reader.optional(
        "tlsSANs", .list(.certificateName), "More names and addresses that the API's certificate is made out to.")
      let encryption = reader.optional(
        "secretsEncryption", .truth, "Encrypts Secrets at rest.", byDefault: false)
      let datastore = reader.optional(
        "datastore", Shape<KubernetesSpec.Datastore>.choice,
        "Where k3s keeps its state. By default SQLite with one server and etcd with more.")
      let disable = reader.optional(
        "disable", .list(.located(.word(["coredns", "servicelb", "traefik", "local-storage", "metrics-server"]))),
        "Components of k3s that are not wanted. Those that the platform replaces are left out by themselves.")
      let kubeconfig = reader.optional("kubeconfig", .kubeconfig, "Where the cluster's kubeconfig is written.")
      let port = reader.optional("port", .port, "The port of the API.", byDefault: 6443)
      let garbage = reader.optional(
        "imageGarbageCollection", .imageGarbageCollection,
        "When a node removes images that nothing uses, in percent of its disk.")
      let server = reader.optional(
        "serverConfig", .object, "More keys of the k3s servers' config.yaml, passed on as they are.")
      let agent = reader.optional(
        "agentConfig", .object, "More keys of the k3s agents' config.yaml, passed on as they are.")
      let install = reader.optional(
        "install", .install, "Where the machines get k3s from. By default each downloads its release from GitHub.")
      let environment = reader.optional(
        "environment", .variables,
        "Environment variables of k3s and containerd, or of Talos' services: proxies, for example.")
      let mirrors = reader.optional(
        "registryMirrors", .registryMirrors, "Where the nodes look first for the images of a registry.")
      let k3d = reader.optional("k3d", .k3d, "What only k3d has.")
      let talos = reader.optional("talos", .talos, "What only Talos has.")
      let word = distribution?.rawValue
      reader.refuse(["k3d"], where: "distribution", is: word, in: ["k3s", "talos", "upstream"])
      reader.refuse(["talos"], where: "distribution", is: word, in: ["k3s", "k3d", "upstream"])
      reader.refuse(
        ["datastore", "disable", "serverConfig", "agentConfig"], where: "distribution", is: word,
        in: ["talos", "upstream"], because: "only k3s has it, and k3d, which is made of it")
      reader.refuse(["install"], where: "distribution", is: word, in: ["k3d", "talos", "upstream"])
      reader.refuse(
        ["environment"], where: "distribution", is: word, in: ["k3d", "upstream"],
        because: "there the host's own services have it")
      reader.refuse(
        ["registryMirrors"], where: "distribution", is: word, in: ["k3d", "upstream"],
        because: "there the host's container runtime has it")
      guard let distribution else { return nil }
      var spec = KubernetesSpec(
        distribution: distribution, version: version, tlsSANs: tlsSANs ?? [], span: reader.span)
      spec.secretsEncryption = encryption ?? false
      spec.datastore = datastore
      spec.disable = disable ?? []
      spec.kubeconfig = kubeconfig ?? .init()
      spec.port = port ?? 6443
      spec.imageGarbageCollection = garbage
      spec.serverConfig = server ?? [:]
      spec.agentConfig = agent ?? [:]
      spec.install = install ?? .release(mirror: nil)
      spec.environment = environment ?? [:]
      spec.registryMirrors = mirrors ?? []
      spec.k3d = k3d
      spec.talos = talos
      return spec
    }
  }
}

extension Shape where Value == KubernetesSpec.Install {
  fileprivate static var install: Shape {
    section("install") { reader in
      let binary = reader.optional(
        "binary", .path("the k3s program"), "A k3s program on this machine, which every node gets.")
      let airGap = reader.optional(
        "airGap", .path("a folder"),
        "A folder on this machine with files of a release: k3s, k3s-arm64, k3s-airgap-images-amd64.tar.zst and so on.")
      let mirror = reader.optional(
        "mirror", .filled("a URL that release files are below"),
        "Where nodes download releases, in place of https://github.com/k3s-io/k3s/releases/download.")
      switch reader.choose(among: ["binary", "airGap", "mirror"], fix: "keep one of them") {
      case .one("binary"): return binary.map { .binary($0) }
      case .one("airGap"): return airGap.map { .airGap($0) }
      default: return .release(mirror: mirror)
      }
    }
  }
}

extension Shape where Value == KubernetesSpec.Kubeconfig {
  fileprivate static var kubeconfig: Shape {
    section("kubeconfig") { reader in
      var kubeconfig = KubernetesSpec.Kubeconfig()
      kubeconfig.path = reader.optional("path", .path("the kubeconfig"), "Where the file is written.")
      kubeconfig.mode = reader.optional("mode", .fileMode, "The file's permissions.", byDefault: "0600")
      kubeconfig.group = reader.optional("group", .filled("a group of the host"), "The group that owns the file.")
      kubeconfig.span = reader.span
      return kubeconfig
    }
  }
}

extension Shape where Value == KubernetesSpec.ImageGarbageCollection {
  fileprivate static var imageGarbageCollection: Shape {
    section("imageGarbageCollection") { reader in
      let percent = Shape<Int>.whole(1...100, "a percentage")
      let high = reader.optional("high", percent, "Removing starts when this much of the disk is used.", byDefault: 85)
      let low = reader.optional("low", percent, "Removing ends when this much is used.", byDefault: 80)
      guard (low ?? 80) < (high ?? 85) else {
        reader.problems.report(
          "CR0212", "'low' is not below 'high'", at: reader.span(of: "low") ?? reader.span,
          related: reader.span(of: "high").map { [.init("'high' is given here", at: $0)] } ?? [],
          fix: "images are removed from 'high' percent down to 'low' percent")
        return nil
      }
      return .init(high: high ?? 85, low: low ?? 80)
    }
  }
}

extension Shape where Value == KubernetesSpec.K3d {
  fileprivate static var k3d: Shape {
    section("k3d") { reader in
      var k3d = KubernetesSpec.K3d()
      k3d.storage = reader.optional(
        "storage", .absolutePath, "The host's folder for the volumes of the local-path provisioner.")
      if let address = reader.optional(
        "apiAddress", Shape<IPAddress>.address, "The host's address that the API listens on.", byDefault: "127.0.0.1")
      {
        k3d.apiAddress = "\(address)"
      }
      k3d.ports =
        reader.optional(
          "ports", .list(.located(.k3dPort)),
          "Ports of the host that lead into the cluster, as k3d writes them.") ?? []
      return k3d
    }
  }
}
