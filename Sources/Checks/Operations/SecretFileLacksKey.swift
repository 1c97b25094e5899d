import Blueprint
import Catalog
public import Diagnostics
import JSON
import YAML

public enum SecretFileLacksKey: Rule {
  public static let about = About(
    "CR0708", "A secret, or a key of it, that is in no file", .warning,
    why: """
      With `backend: sops` the files `secrets/NAME.sops.yaml` become Secrets, each key of a file one of theirs. A pod
      that asks for a key that is not there never starts. A secret without a file is a note: it may well be in the
      cluster, put there by hand or made by something that cannot be looked into.
      """,
    broken: """
      secrets: {backend: sops, recipients: [age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg]}
      apps:
        web:
          image: docker.io/library/nginx:1.27.3
          env: {ADMIN_PASSWORD: {secret: web, key: pasword}}
      """,
    mended: """
      secrets: {backend: sops, recipients: [age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg]}
      apps:
        web:
          image: docker.io/library/nginx:1.27.3
          env: {ADMIN_PASSWORD: {secret: web, key: password}}
      """,
    files: ["secrets/web.sops.yaml": "password: ENC[AES256_GCM,data:…]\nsops: {version: 3.12.1}\n"])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.blueprint.secrets?.backend == .sops else { return [] }
    let files = subject.files.secrets
    // Without files nobody says where secrets come from.
    if files.isEmpty { return [] }
    var seen: Set<String> = []
    return subject.blueprint.releases.flatMap(uses).compactMap { use in
      guard seen.insert("\(use.release) \(use.name) \(use.key ?? "")").inserted else { return nil }
      if let file = files.first(where: { $0.name == use.name }) {
        guard let key = use.key, let keys = file.keys, !keys.contains(key) else { return nil }
        return problem(
          "'\(use.release)' needs the key '\(key)' of the secret '\(use.name)', and \(file.path) does not have it",
          at: use.span,
          fix: didYouMean(key, among: keys) ?? "add it: croft secrets set \(use.name) \(key)")
      }
      // Objects of Kubernetes can be in a file of any name.
      guard !files.contains(where: { $0.keys == nil }), !subject.isMade(secret: use.name),
        seen.insert("\(use.release) \(use.name)").inserted
      else { return nil }
      return problem(
        "'\(use.release)' needs the secret '\(use.name)', and no file in secrets/ has it", at: use.span, .note,
        fix: "make it: croft secrets set \(use.name) \(use.key ?? "KEY")")
    }
  }

  private struct Use {
    var release: String
    var name: String
    /// `nil`: all of them.
    var key: String?
    var span: SourceSpan
  }

  private static func uses(_ release: Release) -> [Use] {
    var uses: [Use] = []
    func add(_ name: String, _ key: String?, _ span: SourceSpan) {
      uses.append(Use(release: release.name, name: name, key: key, span: span))
    }
    if case .image(let workload) = release.source {
      for name in workload.secrets { add(name, nil, workload.place(of: "secrets")) }
      for variable in workload.env {
        if case .secret(let name, let key) = variable.value { add(name, key, workload.place(of: "env")) }
      }
      for volume in workload.storage {
        if case .secret(let name) = volume.source { add(name, nil, workload.place(of: "storage")) }
      }
    }
    for reference in release.valuesFrom {
      if case .object(.secret, let name, let key, _, false, let span) = reference { add(name, key, span) }
    }
    for need in release.secretNeeds {
      if need.keys.isEmpty { add(need.name, nil, release.span) }
      for key in need.keys { add(need.name, key, release.span) }
    }
    return uses
  }
}

extension Subject {
  /// Whether an object of the file is a Secret of that name or says that it makes one.
  fileprivate func isMade(secret name: String) -> Bool {
    objects.all.contains { object in
      object.kind == "Secret" && object.name == name || object.json[path: "spec", "secretName"]?.string == name
        || object.json[path: "spec", "target", "name"]?.string == name
    }
  }
}

/// A file of encrypted secrets; the keys of its values can be read by everybody.
struct SecretFileKeys {
  /// What stands before `.sops.`.
  var name: String
  /// From the cluster's folder.
  var path: String
  /// `nil` where it holds objects of Kubernetes, which have names of their own, or cannot be read.
  var keys: [String]?
}

extension ClusterFiles {
  var secrets: [SecretFileKeys] {
    (names(in: "secrets") ?? []).compactMap { file in
      guard let mark = file.firstRange(of: ".sops.") else { return nil }
      let name = String(file[..<mark.lowerBound])
      let ending = String(file[mark.upperBound...])
      let path = "secrets/\(file)"
      return SecretFileKeys(name: name, path: path, keys: keys(path, name, ending))
    }
  }

  private func keys(_ path: String, _ name: String, _ ending: String) -> [String]? {
    switch ending {
    case "yaml", "yml", "json":
      guard let text = text(of: path), let documents = try? Document.parse(text, file: path),
        !documents.contains(where: { $0["kind"] != nil && $0["apiVersion"] != nil })
      else { return nil }
      return documents.flatMap { $0.entries.map(\.key) }.filter { $0 != "sops" }
    case "env":
      return text(of: path)?.split(whereSeparator: \.isNewline).compactMap { line in
        line.hasPrefix("#") ? nil : line.split(separator: "=").first.map(String.init)
      }
    default: return ["\(name).\(ending)"]
    }
  }
}
