package import Blueprint

extension Blueprint {
  /// Folders of every NixOS machine that outlive its root file system, which is new at every start: what Kubernetes and
  /// its storage keep, and what the file adds.
  package var persistedPaths: [String] {
    func has(_ name: String) -> Bool { release(name) != nil || components.contains { $0.component == name } }
    var paths: Set<String> = [
      "/etc/nixos", "/etc/rancher", "/var/lib/cni", "/var/lib/csi", "/var/lib/kubelet", "/var/lib/nixos",
      "/var/lib/rancher", "/var/lib/systemd", "/var/log",
    ]
    if has("longhorn") { paths.insert("/var/lib/longhorn") }
    if has("rook-ceph") { paths.insert("/var/lib/rook") }
    if has("cilium") { paths.insert("/var/lib/cilium") }
    for use in components {
      if let local = use.options as? LocalPath.Options { paths.insert(local.path ?? LocalPath.usualPath) }
      if let longhorn = use.options as? Longhorn.Options, let path = longhorn.path { paths.insert(path) }
    }
    return paths.sorted() + (nixos?.persist.filter { !paths.contains($0) } ?? [])
  }
}
