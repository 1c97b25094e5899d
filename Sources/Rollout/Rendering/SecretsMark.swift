import Blueprint
import Catalog
import JSON
import Kubernetes

extension Object {
  /// A workload whose pods read a Secret that the release brings, with a digest of what the Secret is made of: so pods
  /// start anew when that changes, a chart's as well as an image's.
  func marked(with release: Release) -> Object {
    guard let digest = release.secretsDigest, ["Deployment", "StatefulSet", "DaemonSet"].contains(kind),
      gvk.group == "apps", let pod = json[path: "spec", "template", "spec"]
    else { return self }
    let secrets = Set(release.usedSecrets.map(\.name))
    guard !Self.secrets(in: pod).isDisjoint(with: secrets) else { return self }
    var object = self
    object.json[path: "spec", "template", "metadata", "annotations", "croft.dev/secrets"] = .string(digest)
    return object
  }

  /// The names of Secrets that containers take variables from and that volumes hold.
  private static func secrets(in pod: JSON) -> Set<String> {
    var names: Set<String> = []
    for list in ["containers", "initContainers"] {
      for container in pod[list]?.array ?? [] {
        for source in container["envFrom"]?.array ?? [] {
          if let name = source[path: "secretRef", "name"]?.string { names.insert(name) }
        }
        for variable in container["env"]?.array ?? [] {
          if let name = variable[path: "valueFrom", "secretKeyRef", "name"]?.string { names.insert(name) }
        }
      }
    }
    for volume in pod["volumes"]?.array ?? [] {
      if let name = volume[path: "secret", "secretName"]?.string { names.insert(name) }
      for source in volume[path: "projected", "sources"]?.array ?? [] {
        if let name = source[path: "secret", "name"]?.string { names.insert(name) }
      }
    }
    return names
  }
}
