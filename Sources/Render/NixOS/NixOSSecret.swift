public import Blueprint
import Catalog
public import Secrets

/// An encrypted file of the tree that machines decrypt: the Secret that it is, and its keys, which can be read by
/// everyone.
struct NixOSSecret: Sendable {
  let name: String
  /// `kubernetes.io/tls`; `nil` for the usual one.
  let type: String?
  /// Below `nixos/`.
  let file: String
  let format: Format
  /// Keys of the Secret, and where the file has them.
  let keys: [(name: String, place: String)]

  static let folder = "\(NixOSTree.root)/secrets/"
  /// The secret that machines join the cluster with: key `token`.
  static let token = "k3s"

  /// `nil` for a file of another place, for the token, and for what sops-nix cannot take apart.
  init?(_ file: RenderedFile) {
    guard file.path.hasPrefix(Self.folder), let format = Format(path: file.path),
      let mark = file.path.firstRange(of: ".sops."),
      let document = try? SealedFile(file.bytes, path: file.path, format: format).documents.first
    else { return nil }
    self.file = String(file.path.dropFirst(NixOSTree.root.utf8.count + 1))
    self.format = format
    let base = String(file.path[..<mark.lowerBound].dropFirst(Self.folder.utf8.count))
    if base == Self.token { return nil }
    switch format {
    case .binary:
      name = base
      type = nil
      keys = [("\(base).\(file.path[mark.upperBound...])", "")]
    case .yaml, .json:
      let object = NixOSSecrets.object(document)
      name = object?.name ?? base
      type = object?.type
      let place = object == nil ? "" : "stringData/"
      let items = object == nil ? document.items : document["stringData"]?.mapping?.items ?? []
      // A key with a slash would be read as a way into the file.
      keys = items.filter { !$0.key.contains("/") && $0.key != "croft" }.map { ($0.key, place + $0.key) }
    default: return nil
    }
    if keys.isEmpty { return nil }
  }

  /// What sops-nix is told: a file `/run/secrets/NAME/KEY` of each key.
  var attributes: [NixAttribute] {
    keys.map { key in
      var source = [NixAttribute("sopsFile", .path("../\(file)"))]
      if format == .binary || format == .json {
        source.append(NixAttribute("format", .string(format == .json ? "json" : "binary")))
      }
      if format != .binary { source.append(NixAttribute("key", .string(key.place))) }
      source.append(NixAttribute("restartUnits", .strings(["croft-deploy.service"])))
      return NixAttribute(name: "\(name)/\(key.name)", .set(source))
    }
  }
}

/// The encrypted files that NixOS machines need: they go into the flake as they are, because a flake cannot read what
/// lies beside it.
public enum NixOSSecrets {
  /// - Throws: `SecretsError` where one cannot be read, and where one is not encrypted.
  public static func files(of blueprint: Blueprint) throws(SecretsError) -> [RenderedFile] {
    guard blueprint.kubernetes?.distribution == .k3s, !blueprint.nixosNodes.isEmpty else { return [] }
    let wanted = Set(blueprint.secretUses.keys).union([NixOSSecret.token])
    var files: [RenderedFile] = []
    for file in try SecretFiles(directory: blueprint.directory).all() {
      let sealed = try file.read()
      let name = sealed.documents.first.flatMap(object)?.name ?? file.name
      guard wanted.contains(name) else { continue }
      let last = file.path.split(separator: "/").last.map(String.init) ?? file.path
      files.append(
        RenderedFile(NixOSSecret.folder + last, String(decoding: try FileContent.read(file.path), as: UTF8.self)))
    }
    return files
  }

  /// What a file says that holds an object of Kubernetes.
  static func object(_ document: Branch) -> (name: String, type: String?)? {
    guard document["kind"]?.text == "Secret", let name = document["metadata"]?.mapping?["name"]?.text else {
      return nil
    }
    return (name, document["type"]?.text)
  }
}
