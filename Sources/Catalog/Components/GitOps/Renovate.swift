package import Blueprint
import JSON

/// https://docs.renovatebot.com/examples/self-hosting/
package enum Renovate: Component {
  package struct Options: ComponentOptions {
    package enum Platform: String, Sendable, CaseIterable { case github, gitlab, gitea, forgejo }
    package var platform = Platform.github
    /// `nil`: the platform's own.
    package var endpoint: String?
    /// Empty: the repository that the cluster follows.
    package var repositories: [String] = []
    package var schedule = "17 4 * * *"
    package var secret = "renovate"
  }

  package static let about = About(
    "renovate", "Looks for new versions, and proposes them to the repository.",
    chart: ChartReference("oci://ghcr.io/renovatebot/charts/renovate", "renovate", "46.254.2"), namespace: "renovate",
    // While it runs.
    overhead: Overhead(memory: 512, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.platform =
      reader.optional(
        "platform", Shape<Options.Platform>.choice, "What the repositories are on.", byDefault: "github") ?? .github
    options.endpoint = reader.optional(
      "endpoint", .webAddress, "Where its API is, such as https://git.example.net/api/v1/.")
    options.repositories =
      reader.optional(
        "repositories", .list(.filled("a repository such as owner/name")),
        "What it looks at. By default the repository of 'gitops'.") ?? []
    options.schedule =
      reader.optional("schedule", .filled("a cron schedule"), "When it runs.", byDefault: .string(options.schedule))
      ?? options.schedule
    options.secret = reader.secretName("renovate", "The Secret with the platform's token.")
    reader.need(["endpoint"], where: "platform", is: options.platform.rawValue, in: ["gitea", "forgejo"])
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let followed = context.blueprint.gitops.flatMap { Self.name(ofRepository: $0.repository) }
    let repositories = options.repositories.isEmpty ? [followed].compactMap { $0 } : options.repositories
    let config: JSON = .members([
      "platform": .string(options.platform.rawValue), "endpoint": options.endpoint.map { .string($0) },
      "repositories": .array(repositories.map { .string($0) }), "onboarding": false, "requireConfig": "optional",
    ])
    var contribution = Contribution(
      values: [
        "cronjob": ["schedule": .string(options.schedule), "concurrencyPolicy": "Forbid", "jobBackoffLimit": 1],
        "renovate": ["config": .string(config.pretty)],
        "existingSecret": .string(options.secret),
        "resources": ["requests": ["cpu": "100m", "memory": "512Mi"]],
      ],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: ["RENOVATE_TOKEN"],
          for: "\(options.platform.rawValue) token that may propose changes to the repositories")
      ],
      openings: [
        Opening(.egress, .world, ports: [443], because: "it asks repositories and registries for new versions")
      ])
    if repositories.isEmpty {
      contribution.problems.append(
        ComponentProblem("'\(context.name)' has no repository to look at", fix: "add 'repositories: [owner/name]'"))
    }
    return contribution
  }

  /// `https://github.com/owner/name.git` → `owner/name`
  private static func name(ofRepository url: String) -> String? {
    let parts = url.split(whereSeparator: { $0 == "/" || $0 == ":" })
    guard parts.count >= 3 else { return nil }
    let name = parts[parts.count - 1]
    return "\(parts[parts.count - 2])/\(name.hasSuffix(".git") ? String(name.dropLast(4)) : String(name))"
  }
}
