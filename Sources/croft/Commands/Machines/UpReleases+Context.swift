import Blueprint
import Lifecycle
import Render
import Rollout
import Secrets

extension UpReleases {
  /// What follows when there is a cluster, at the other end of a kubeconfig.
  /// - Parameters:
  ///   - kubeconfig: in place of what the command line says, with a context of it.
  init(
    _ blueprint: Blueprint, goal: Up.Goal, kubeconfig: String? = nil, context name: String? = nil, _ journal: Journal,
    stop: StopSignal, _ context: Context
  ) {
    self.init(
      blueprint,
      deploy: { sink in
        let blueprint = try await blueprint.withSecrets(environment: context.environment)
        var options = Deploy.Options()
        options.until = goal.lastLayer
        return try await context.withCluster(kubeconfig: kubeconfig, context: name) { [options] environment in
          try await Deploy(
            blueprint, in: environment, options: options, journal: journal, stop: stop, sink: sink
          ).run()
        }
      },
      handOver: { sink in
        guard let tree = DeployedTree(blueprint, context) else { return Event.Outcome() }
        return try await context.withCluster(kubeconfig: kubeconfig, context: name) { environment in
          let handOver = HandOver(
            blueprint, tree: tree, api: environment.api, clock: context.clock, now: context.time,
            key: { recipients in
              let keyring = try await SecretsWork(context).keyring()
              if let found = try await keyring.identities(of: recipients) { return .identities(found) }
              return .none(sought: keyring.sought)
            },
            stop: stop, journal: journal, sink: sink)
          return try await handOver?() ?? Event.Outcome()
        }
      })
  }
}

extension DeployedTree {
  /// What the engine will read; `nil` where nothing is handed over.
  init?(_ blueprint: Blueprint, _ context: Context) {
    guard HandOver.name(for: blueprint) != nil, let gitops = blueprint.gitops else { return nil }
    // What a crash has left behind is gone at the next start.
    PrivateFolder.removeLeftovers(environment: context.environment)
    self.init(blueprint, gitops, clock: context.clock) { committed in
      var blueprint = blueprint
      let secrets = try await RenderCommand.secrets(
        of: &blueprint, unedited: { committed.unedited($0) }, context)
      return try await Render.tree(of: blueprint, manifests: context.manifests, secrets: secrets)
    }
  }
}
