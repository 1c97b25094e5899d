import Diagnostics
import JSON
import YAML

// What keeps a cluster running: Git, secrets, power, backups.

extension Shape where Value == GitOpsSpec {
  static var gitops: Shape {
    section("gitops") { reader in
      let engine = reader.required(
        "engine", Shape<GitOpsSpec.Engine>.choice,
        "Who follows Git: croft's own agent, or Argo CD or Flux, which take over what croft deployed.")
      let repository = reader.required(
        "repository", .gitRepository, "The repository, as git clone takes it.")
      let branch = reader.optional("branch", .filled("a branch"), "The branch that is followed.", byDefault: "main")
      let path = reader.optional(
        "path", .path("a folder in the repository"),
        "The folder that is followed. By default generated/ and the engine's name.")
      let interval = reader.optional("interval", .duration, "How often it is looked at.", byDefault: "1h")
      let webhook = reader.optional(
        "webhook", .located(.hostName), "The name at which the repository's host reports a push.")
      let secret = reader.optional(
        "secret", .subdomain("the name of a Secret"), "A Secret with the credentials of a private repository.")
      guard let engine, let repository else { return nil }
      return GitOpsSpec(
        engine: engine, repository: repository, branch: branch ?? "main", path: path ?? "generated/\(engine.rawValue)",
        interval: interval ?? .seconds(3600), webhook: webhook, secret: secret, span: reader.span)
    }
  }
}

extension Shape where Value == SecretsSpec {
  static var secrets: Shape {
    section("secrets") { reader in
      let backend = reader.required(
        "backend", Shape<SecretsSpec.Backend>.choice,
        "Where secrets are kept: encrypted beside this file with SOPS, in Vault, in 1Password, or only in the cluster.")
      let recipients = reader.optional(
        "recipients", .list(.located(.ageRecipient)), "SOPS: the age keys that can read them.")
      let store = reader.optional(
        "store", .filled("a mount or vault"), "Vault: the mount; 1Password: the vault.")
      let delivery = reader.optional(
        "delivery", Shape<SecretsSpec.Delivery>.choice,
        "How applications get them: as Secrets of the cluster, or as files of the Secrets Store CSI driver.",
        byDefault: "secret")
      let word = backend?.rawValue
      reader.refuse(
        ["recipients"], where: "backend", is: word, in: ["vault", "onepassword", "kubernetes"],
        because: "only sops has recipients")
      reader.refuse(
        ["store"], where: "backend", is: word, in: ["sops", "kubernetes"],
        because: "only vault and onepassword have one")
      guard let backend else { return nil }
      var secrets = SecretsSpec(backend: backend, span: reader.span)
      secrets.recipients = recipients ?? []
      secrets.store = store
      secrets.delivery = delivery ?? .secret
      return secrets
    }
  }
}

extension Shape where Value == String {
  /// `age1…`: bech32, without its check sum being checked; or an SSH key, which age takes as well.
  fileprivate static var ageRecipient: Shape {
    scalar(
      "an age recipient such as age1…", schema: Schema.words(matching: "^(age1[0-9a-z]{58}|ssh-(ed25519|rsa) .+)$")
    ) {
      text throws(Fault) in
      if text.hasPrefix("AGE-SECRET-KEY-") {
        throw Fault(
          code: "CR0213", message: "this is a secret key, not a recipient",
          fix: "make a new key: this one can be read by everyone who reads this file. 'age-keygen -y' shows a recipient"
        )
      }
      let isAge = text.hasPrefix("age1") && text.utf8.count == 62 && text.utf8.allSatisfy(Name.isLowerOrDigit)
      let isSSH = ["ssh-ed25519 ", "ssh-rsa "].contains { text.hasPrefix($0) && text.count > $0.count }
      guard isAge || isSSH else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not an age recipient",
          fix: "write the public key that 'age-keygen -y' shows: age1 and 58 characters")
      }
      return text
    }
  }
}

extension Shape where Value == PowerSpec {
  static var power: Shape {
    section("power") { reader in
      var power = PowerSpec(span: reader.span)
      power.off = reader.optional("off", .located(.timeOfDay), "When the cluster is turned off, in local time.")
      power.on = reader.optional("on", .located(.timeOfDay), "When it is turned on.")
      power.order =
        reader.optional(
          "order", .list(.located(.word(["apps", "databases", "storage", "platform"]))),
          "What goes down first comes up last.") ?? []
      if let taint = reader.optional(
        "taint", .taint, "Keeps workloads away from a node that comes up.",
        byDefault: "croft.dev/power=starting:NoSchedule")
      {
        power.taint = taint
      }
      power.ups = reader.optional("ups", .ups, "A UPS that NUT watches.")
      return power
    }
  }
}

extension Shape where Value == PowerSpec.UPS {
  fileprivate static var ups: Shape {
    section("ups") { reader in
      let name = reader.required("name", .filled("a UPS such as ups@nas"), "As NUT names it: ups@host.")
      let percent = Shape<Int>.percentage
      let shutdown = reader.optional(
        "shutdownAt", percent, "The charge at which the cluster is turned off.", byDefault: "20%")
      return name.map { PowerSpec.UPS(name: $0, shutdownAt: shutdown ?? 20, span: reader.span) }
    }
  }
}

extension Shape where Value == Int {
  /// `20%`: above nothing, at most all.
  package static var percentage: Shape {
    scalar("a percentage such as 20%", schema: Schema.words(matching: "^(100|[1-9][0-9]?)%$")) { text throws(Fault) in
      let digits = text.dropLast()
      guard text.hasSuffix("%"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(digits),
        (1...100).contains(value)
      else {
        throw Fault(
          code: "CR0212", message: "'\(text.shortened)' is not a percentage from 1% to 100%",
          fix: Int(text).flatMap { (1...100).contains($0) ? "write \($0)%" : nil } ?? "write one such as 20%")
      }
      return value
    }
  }
}

extension Shape where Value == BackupSpec {
  static var backup: Shape {
    section("backup") { reader in
      var backup = BackupSpec(span: reader.span)
      backup.etcd = reader.optional("etcd", .backupSchedule, "Snapshots of the control plane's state.")
      let volumes = reader.optional("volumes", .volumeTarget, "Where volumes are kept.")
      backup.volumes = volumes?.target
      backup.secret = volumes?.secret
      backup.drill = reader.optional(
        "drill", Shape<BackupSpec.Drill>.choice, "How often a restore is rehearsed.")
      return backup
    }
  }
}

extension Shape where Value == BackupSpec.Schedule {
  fileprivate static var backupSchedule: Shape {
    section("etcd") { reader in
      let every = reader.required("every", .duration, "How often.")
      let keep = reader.optional("keep", .whole(1...1000, "a number of snapshots"), "How many are kept.", byDefault: 14)
      return every.map { BackupSpec.Schedule(every: $0, keep: keep ?? 14) }
    }
  }
}

private struct VolumeTarget: Sendable {
  var target: Located<String>
  var secret: String?
}

extension Shape where Value == VolumeTarget {
  fileprivate static var volumeTarget: Shape {
    section("volumes") { reader in
      let target = reader.required("target", .located(.backupTarget), "Where they are kept.")
      let secret = reader.optional(
        "secret", .subdomain("the name of a Secret"), "A Secret with the credentials of the target.")
      return target.map { VolumeTarget(target: $0, secret: secret) }
    }
  }
}

extension Shape where Value == String {
  /// `s3://bucket/prefix` or `nfs://host/path`.
  fileprivate static var backupTarget: Shape {
    scalar("a target such as s3://backups or nfs://nas/backups", schema: Schema.words(matching: "^(s3|nfs)://\\S+$")) {
      text throws(Fault) in
      guard text.hasPrefix("s3://") && text.count > 5 || text.hasPrefix("nfs://") && text.count > 6,
        !text.contains(where: \.isWhitespace)
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a target of backups",
          fix: "write s3://bucket or nfs://host/path")
      }
      return text
    }
  }
}
