import Blueprint
import Catalog
import Secrets

extension SecretsWork {
  static let deployFlag = OptionSpec.flag(
    "deploy", nil, "bring it into the cluster at once, and start anew whoever reads it")

  /// With `--deploy` rolls out what a secret's file is for: the Secret, and the releases that read it.
  func deployed(_ file: SecretFile) async throws -> ExitCode {
    guard context.invocation.has("deploy") else { return .success }
    let blueprint = try context.loadBlueprint()
    let users = blueprint.releases.filter { $0.usedSecrets.contains { $0.name == file.name } }.map(\.name)
    guard !users.isEmpty, blueprint.release(Blueprint.secretsRelease) != nil else {
      throw Exit(
        .failure,
        "no release of the cluster file is known to read '\(file.name)', so nothing was deployed; name it under "
          + "'secrets' of a release, with 'backend: sops' for the cluster")
    }
    var deploy = context
    deploy.invocation.command = DeployCommand.spec.name
    deploy.invocation.flags.insert("yes")
    deploy.invocation.values["only"] = [Blueprint.secretsRelease] + users
    deploy.invocation.arguments = []
    return try await DeployCommand.run(deploy)
  }
}
