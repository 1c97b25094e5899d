import Diagnostics
import JSON
import YAML

extension Shape where Value == [Workload.Volume] {
  /// Volumes by name, no two mounted at one place.
  static var storage: Shape {
    let volumes = map(
      "a mapping of volumes by name", names: Schema.label(), values: Shape<Workload.Volume>.volume("").schema
    ) {
      entry, problems in
      entry.checkLabel("the name of a volume", problems)
      return Shape<Workload.Volume>.volume(entry.key).read(entry.value, problems)
    }
    return Shape(volumes.expected, schema: volumes.schema) { node, problems in
      var first: [String: SourceSpan] = [:]
      for mount in node.entries.compactMap({ $0.value["mount"] }) {
        guard let path = mount.scalar?.text else { continue }
        if let earlier = first[path] {
          problems.report(
            "CR0214", "two volumes are mounted at '\(path)'", at: mount.span,
            related: [.init("the first is mounted here", at: earlier)], fix: "mount one of them elsewhere")
        } else {
          first[path] = mount.span
        }
      }
      return volumes.read(node, problems)
    }
  }
}

extension Shape where Value == Workload.Volume {
  /// `{size, mount, class, accessMode}`, or another source beside `mount`: `claim`, `secret`, `configMap` or `emptyDir`.
  fileprivate static func volume(_ name: String) -> Shape {
    section("a volume", named: "the volume '\(name.shortened)'") { reader in
      let mount = reader.required("mount", .mountPath, "Where it is in the container.")
      let size = reader.optional("size", .quantity("20Gi"), "Makes a claim of this size.")
      let storageClass = reader.optional(
        "class", .subdomain("the name of a storage class"), "The claim's class. By default the cluster's default.")
      let accessMode = reader.optional(
        "accessMode", .word(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]),
        "How many nodes or pods can use the claim at once.", byDefault: "ReadWriteOnce")
      let claim = reader.optional("claim", .subdomain("the name of a claim"), "A claim that is there already.")
      let secret = reader.optional("secret", .subdomain("the name of a Secret"), "A Secret, each key a file.")
      let configMap = reader.optional(
        "configMap", .subdomain("the name of a ConfigMap"), "A ConfigMap, each key a file.")
      let emptyDir = reader.optional("emptyDir", .truth, "true: an empty folder that lives as long as its pod.")
      let readOnly = reader.optional("readOnly", .truth, "Whether it cannot be written to.", byDefault: false)
      let backup = reader.optional(
        "backup", Shape<VolumeBackup>.choice, "How often the claim is kept elsewhere, where 'backup.volumes' says.")
      let sources = ["size", "claim", "secret", "configMap", "emptyDir"]
      let choice = reader.choose(among: sources, code: "CR0215")
      reader.bind(
        ["class", "accessMode", "backup"], to: "size", choice, because: "only a claim made from a 'size' has one")
      guard case .one(let given) = choice else {
        if choice == .none {
          reader.reportMissing(
            sources, code: "CR0215", "\(reader.subject) is made from nothing", at: reader.span,
            fix: "add 'size:' for a claim of its own, or 'claim:', 'secret:', 'configMap:' or 'emptyDir: true'")
        }
        return nil
      }
      if given == "emptyDir", emptyDir == false {
        reader.problems.report(
          "CR0215", "'emptyDir: false' makes no volume", at: reader.span(of: "emptyDir"), fix: "write 'emptyDir: true'")
        return nil
      }
      let source: Workload.Volume.Source? =
        switch given {
        case "size":
          size.map { .claim(size: $0, storageClass: storageClass, accessMode: accessMode ?? "ReadWriteOnce") }
        case "claim": claim.map { .existingClaim($0) }
        case "secret": secret.map { .secret($0) }
        case "configMap": configMap.map { .configMap($0) }
        default: .emptyDir
        }
      guard let mount, let source else { return nil }
      return Workload.Volume(name: name, mount: mount, source: source, readOnly: readOnly ?? false, backup: backup)
    }
  }
}
