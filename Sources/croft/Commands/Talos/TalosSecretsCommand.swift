import JSON
import Render
import Secrets

/// `croft talos secrets`
enum TalosSecretsCommand: Subcommand {
  static let spec = CommandSpec(
    name: "talos secrets", summary: "make the cluster's secrets, once",
    discussion: """
      Makes the certificate authorities, tokens and keys of the cluster, as 'talosctl gen secrets' does, and keeps them \
      encrypted in secrets/talos.sops.yaml. Where that file is there already it is verified and left as it is: machines \
      that run trust no others. Secrets of a cluster that 'talosctl' made are brought in with 'croft secrets encrypt \
      secrets.yaml --to secrets/talos.sops.yaml'.
      """,
    examples: [.init("croft talos secrets", "after 'croft secrets init'")])

  static func run(_ context: Context) async throws -> ExitCode {
    _ = try TalosWork.tree(context)
    let work = SecretsWork(context)
    let file = try work.file(TalosSecrets.name)
    let isNew = try FileContent.readIfThere(file.path) == nil
    if isNew {
      let secrets = TalosSecrets(now: context.time())
      let rule = try work.rule(for: file.path)
      var open = OpenFile([secrets.branch], path: file.path, format: file.format, metadata: rule.metadata)
      try await open.setRecipients(rule.recipients, age: work.age)
      try work.write(open)
    } else {
      _ = try await TalosWork.secrets(context)
    }
    if context.format == .json {
      let answer: JSON = ["file": .string(file.path), "isNew": .bool(isNew)]
      context.output.line(answer.text)
    } else {
      context.output.line(
        isNew
          ? "made \(file.path); keep it in Git, and a copy of your age key in a safe place"
          : "\(file.path) is there already and complete; nothing was changed")
    }
    return .success
  }
}
