import Rollout

/// Options that plan and deploy share.
enum RolloutOptions {
  static let selection: [OptionSpec] = [
    .list("only", nil, "RELEASE", .releases, "these releases alone; what they depend on is taken as it is"),
    .value("until", nil, "LAYER", .layers, "stop when this layer is healthy"),
  ]
  static let chartMirror = OptionSpec.value(
    "chart-mirror", nil, "URL", .text, "take every chart from this repository instead, for networks without others")

  static func of(_ invocation: Invocation) -> Deploy.Options {
    Deploy.Options(only: invocation.list("only"), until: invocation.value("until"))
  }
}
