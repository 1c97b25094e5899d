import Blueprint
import Diagnostics
import JSON

/// A k3d cluster: its configuration and the unit that keeps it there.
struct K3dTree {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec

  func files() -> [RenderedFile] {
    [
      RenderedFile("k3d/k3d.yaml", yaml: [config]), RenderedFile("k3d/\(unit).service", service),
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
    json["options"] = [
      "k3d": ["wait": true, "timeout": "60s"],
      "k3s": ["extraArgs": .array(arguments.map { ["arg": .string($0), "nodeFilters": ["server:*"]] })],
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

  /// One shot, safe to start at any time: makes the cluster where there is none, starts it where it is stopped.
  private var service: String {
    let mode = kubernetes.kubeconfig.mode ?? "0600"
    let group = kubernetes.kubeconfig.group
    let storage = kubernetes.k3d?.storage
    let wait =
      "for try in $(seq 60); do kubectl --kubeconfig \(kubeconfig) get --raw /readyz >/dev/null 2>&1 && exit 0; "
      + "sleep 1; done; exit 1"
    var lines = [
      "# Written by croft render from cluster.yaml. Not to be edited.",
      "[Unit]", "Description=Kubernetes cluster \(name) (k3d)", "Requires=docker.service",
      "After=docker.service network-online.target", "Wants=network-online.target", "", "[Service]", "Type=oneshot",
      "RemainAfterExit=yes", "Restart=on-failure", "RestartSec=10s", "Environment=KUBECONFIG=\(kubeconfig)",
    ]
    if let storage { lines.append("ExecStartPre=/usr/bin/mkdir -p \(storage)") }
    lines += [
      // What cannot be listed is not taken for missing.
      "ExecStart=/bin/sh -ec 'clusters=$$(k3d cluster list --no-headers) || exit 1; "
        + "if echo \"$$clusters\" | grep -q \"^\(name) \"; then k3d cluster start \(name); "
        + "else k3d cluster create --config \(folder)/k3d.yaml; fi'",
      "ExecStart=/usr/bin/install -D -m 0600 /dev/null \(kubeconfig)",
      "ExecStart=/bin/sh -ec 'k3d kubeconfig get \(name) > \(kubeconfig)'",
    ]
    if let group { lines.append("ExecStart=/usr/bin/chgrp \(group) \(kubeconfig)") }
    lines += [
      "ExecStart=/usr/bin/chmod \(mode) \(kubeconfig)",
      "ExecStart=/bin/sh -c '\(wait.replacing("$", with: "$$"))'",
      "ExecStop=/usr/bin/env k3d cluster stop \(name)", "", "[Install]", "WantedBy=multi-user.target",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
