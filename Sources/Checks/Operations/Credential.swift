import Blueprint
import Catalog
import Diagnostics
import JSON

/// A password, token or key that stands in the file as it is.
struct Credential {
  /// `'ADMIN_PASSWORD' of 'web'`
  var name: String
  var value: String
  var span: SourceSpan
  /// How it gets out of the file.
  var fix: String

  /// Whether it is one that everybody tries first.
  var isWellKnown: Bool { Self.wellKnown.contains(value.lowercased()) }

  private static let wellKnown: Set<String> = [
    "1234", "12345", "123456", "12345678", "123456789", "abc123", "admin", "admin123", "adminadmin", "administrator",
    "change-me", "change_me", "changeit", "changeme", "default", "demo", "example", "guest", "harbor12345", "letmein",
    "minio123", "minioadmin", "mysql", "nextcloud", "pass", "passw0rd", "password", "password1", "password123",
    "pihole", "postgres", "prom-operator", "qwerty", "raspberry", "root", "secret", "supersecret", "test", "toor",
    "user", "welcome",
  ]
}

extension Credential {
  static func all(in subject: Subject) -> [Credential] {
    subject.blueprint.releases.flatMap { release in
      if case .image(let workload) = release.source { return credentials(workload, of: release) }
      return credentials(subject.values(of: release), of: release)
    } + subject.objects.all.flatMap(credentials)
  }

  // MARK: Environment and command lines

  private static let words = [
    "PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "CREDENTIALS",
  ]
  /// What names a place and not the secret itself.
  private static let places = ["_FILE", "_PATH", "_URL", "_NAME", "_ID", "_TTL", "_EXPIRY", "_DIR"]

  private static func isSecret(_ name: String) -> Bool {
    let name = name.uppercased().replacing("-", with: "_")
    return words.contains { name.hasSuffix($0) || name.contains($0 + "_") } && !places.contains(where: name.hasSuffix)
  }

  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && Int(text) == nil && text != "true" && text != "false"
  }

  private static func credentials(_ workload: Workload, of release: Release) -> [Credential] {
    let variables = workload.env.compactMap { variable -> Credential? in
      guard case .text(let text) = variable.value, isPlain(text) || isWellKnownNumber(text), isSecret(variable.name)
      else { return nil }
      return Credential(
        name: "'\(variable.name)' of '\(release.name)'", value: text, span: workload.places["env"] ?? release.span,
        fix: "put it into a Secret and write '\(variable.name): {secret: NAME, key: KEY}'")
    }
    let flags = [("command", workload.command), ("args", workload.args)].flatMap { key, words in
      words.compactMap { word -> Credential? in
        let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2, pair[0].hasPrefix("-"), pair[0].allSatisfy({ $0.isLetter || $0 == "-" || $0 == "_" }),
          isSecret(pair[0]), isPlain(pair[1]), !["$", "/"].contains(where: pair[1].hasPrefix)
        else { return nil }
        return Credential(
          name: "'\(pair[0])' of '\(release.name)'", value: pair[1], span: workload.place(of: key),
          fix: "put it into a Secret, give it as a variable of 'env', and write '\(pair[0])=$(NAME)'")
      }
    }
    return variables + flags
  }

  /// Numbers are mostly how long a token lives; not these.
  private static func isWellKnownNumber(_ text: String) -> Bool { text.hasPrefix("1234") }

  // MARK: Values of charts

  private static func credentials(_ values: JSON, of release: Release, path: [String] = []) -> [Credential] {
    switch values {
    case .array(let elements):
      return elements.enumerated().flatMap { credentials($1, of: release, path: path + ["\($0)"]) }
    case .object(let object):
      return object.flatMap { member -> [Credential] in
        let path = path + [member.key]
        guard let text = member.value.string else { return credentials(member.value, of: release, path: path) }
        guard isPlain(text), isSecretValue(member.key), !["$", "/", "{{"].contains(where: text.hasPrefix) else {
          return []
        }
        return [
          Credential(
            name: "'\(path.joined(separator: "."))' among the values of '\(release.name)'", value: text,
            span: release.span,
            fix: "put it into a Secret, and name that: charts have a key such as 'existingSecret', or use 'valuesFrom'")
        ]
      }
    default: return []
    }
  }

  /// `adminPassword`, `token`, `secret_key`; not `passwordKey` or `existingSecret`, which name a place.
  private static func isSecretValue(_ key: String) -> Bool {
    let key = key.lowercased().filter { $0 != "_" && $0 != "-" }
    if key.hasPrefix("existing") || key.contains("secretname") { return false }
    return ["password", "passwd", "passphrase", "token", "apikey", "secretkey", "privatekey", "clientsecret"].contains {
      key.hasSuffix($0)
    }
  }

  // MARK: Secrets among manifests

  private static func credentials(_ object: KnownObject) -> [Credential] {
    guard object.kind == "Secret", object.apiVersion == "v1", object.json["sops"] == nil else { return [] }
    return ["stringData", "data"].flatMap { field in
      (object.json[field]?.object ?? JSONObject()).compactMap { member -> Credential? in
        guard let text = member.value.string, !text.isEmpty, !text.hasPrefix("ENC[") else { return nil }
        return Credential(
          name: "'\(member.key)' of the Secret '\(object.name)' of '\(object.release)'",
          value: field == "data" ? "" : text, span: object.span,
          fix: "keep it encrypted: 'croft secrets set \(object.name) \(member.key)', with 'secrets: {backend: sops}'")
      }
    }
  }
}
