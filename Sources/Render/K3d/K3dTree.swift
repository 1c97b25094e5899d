import Blueprint
import Catalog
import Diagnostics
import JSON

/// A k3d cluster: its configuration and the unit that keeps it there.
struct K3dTree {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec

  func files() -> [RenderedFile] {
    [
      RenderedFile("k3d/k3d.yaml", yaml: [config]), RenderedFile("k3d/\(unit).service", service),
      RenderedFile("k3d/\(K3dScript.name)", K3dScript.text),
    ]
  }

  /// The same, each with its place on the host.
  func hostFiles() -> [RenderedFile] {
    [
      RenderedFile("\(folder)/k3d.yaml", yaml: [config]), RenderedFile("\(folder)/\(K3dScript.name)", K3dScript.text),
      RenderedFile("/etc/systemd/system/\(unit).service", service),
    ]
  }

  private var name: String { blueprint.name }
  private var unit: String { "croft-k3d-\(name)" }
  private var kubeconfig: String { kubernetes.kubeconfig.path ?? "/etc/k3d/kubeconfig" }
  /// Where the files are on the host.
  private var folder: String { "/etc/croft/\(name)" }

  /// https://k3d.io/stable/usage/configfile/
  private var config: JSON {
    let spec = kubernetes.k3d ?? .init()
    var json: JSON = [
      "apiVersion": "k3d.io/v1alpha5", "kind": "Simple", "metadata": ["name": .string(name)], "servers": 1, "agents": 0,
      "kubeAPI": ["hostIP": .string(spec.apiAddress), "hostPort": .string("\(kubernetes.port)")],
    ]
    if let version = kubernetes.version {
      json["image"] = .string("rancher/k3s:\(version.replacing("+", with: "-"))")
    }
    if let storage = spec.storage {
      json["volumes"] = [
        ["volume": .string("\(storage):/var/lib/rancher/k3s/storage"), "nodeFilters": ["server:0"]]
      ]
    }
    if !spec.ports.isEmpty {
      json["ports"] = .array(
        spec.ports.map { port in
          let parts = port.value.split(separator: "@", maxSplits: 1).map(String.init)
          return [
            "port": .string(parts[0]), "nodeFilters": [.string(parts.count > 1 ? parts[1] : "loadbalancer")],
          ]
        })
    }
    var k3s: JSON = ["extraArgs": .array(arguments.map { ["arg": .string($0), "nodeFilters": ["server:*"]] })]
    if let host = blueprint.nodes.first {
      k3s["nodeLabels"] = .array(host.labelWords.map { ["label": .string($0), "nodeFilters": ["server:*"]] })
    }
    json["options"] = [
      "k3d": ["wait": true, "timeout": "60s"],
      "k3s": k3s,
      // The unit writes it, with the owner and mode of the cluster file.
      "kubeconfig": ["updateDefaultKubeconfig": false, "switchCurrentContext": false],
    ]
    return json
  }

  /// What k3s itself is told.
  var arguments: [String] {
    let disabled = Set(kubernetes.disable.map(\.value)).sorted()
    var arguments = disabled.map { "--disable=\($0)" }
    if !blueprint.network.pods.isEmpty {
      arguments.append("--cluster-cidr=" + blueprint.network.pods.map { "\($0.value)" }.joined(separator: ","))
    }
    if !blueprint.network.services.isEmpty {
      arguments.append("--service-cidr=" + blueprint.network.services.map { "\($0.value)" }.joined(separator: ","))
    }
    if kubernetes.secretsEncryption { arguments.append("--secrets-encryption") }
    return arguments
  }

  /// Applications' namespaces, or those that ask for the Secret.
  var authKeyNamespaces: [String] {
    let users = blueprint.secretUses[Self.authKeySecret] ?? []
    if !users.isEmpty { return users.sorted() }
    let releases = blueprint.releases.filter { $0.section == .apps || $0.name == "argocd" }
    return Set(releases.map(\.namespace.name)).sorted()
  }

  static let authKeySecret = "tailscale-auth"
  static let authKeyName = "authkey"

  /// One shot, safe to start at any time.
  private var service: String {
    var variables: [(String, String)] = [
      ("CLUSTER", name), ("K3D_CONFIG", "\(folder)/k3d.yaml"), ("STORAGE", kubernetes.k3d?.storage ?? ""),
      ("KUBECONFIG", kubeconfig), ("KUBECONFIG_MODE", kubernetes.kubeconfig.mode ?? "0600"),
      ("KUBECONFIG_GROUP", kubernetes.kubeconfig.group ?? "root"),
    ]
    if let gitops = blueprint.gitops {
      variables.append(("GITOPS", "\(gitops.repository)//\(gitops.bootstrap)?ref=\(gitops.branch)"))
    }
    variables += [
      ("AUTH_KEY_SECRET", Self.authKeySecret), ("AUTH_KEY_NAME", Self.authKeyName),
      ("AUTH_KEY_NAMESPACES", authKeyNamespaces.joined(separator: " ")),
    ]
    let lines =
      [
        "# Written by croft render from cluster.yaml. Not to be edited.",
        "[Unit]", "Description=Kubernetes cluster \(name) (k3d)", "Requires=docker.service",
        "After=docker.service network-online.target", "Wants=network-online.target", "", "[Service]", "Type=oneshot",
        "RemainAfterExit=yes", "Restart=on-failure", "RestartSec=10s", "RuntimeDirectory=\(unit)",
        "RuntimeDirectoryMode=0700",
      ]
      + variables.map { "Environment=\"\($0)=\(Self.escaped($1))\"" }
      + [
        "# AUTH_KEY_FILE, where the host has such a key.", "EnvironmentFile=-\(folder)/environment",
        "ExecStart=/usr/bin/env bash \(folder)/\(K3dScript.name)",
        // To reload is to do all of it again, without stopping the cluster.
        "ExecReload=/usr/bin/env bash \(folder)/\(K3dScript.name)",
        "ExecStop=/usr/bin/env k3d cluster stop \(name)", "", "[Install]", "WantedBy=multi-user.target",
      ]
    return lines.map { $0 + "\n" }.joined()
  }

  /// As systemd reads it inside quotes.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
  }
}
