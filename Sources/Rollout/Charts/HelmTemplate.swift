import Blueprint
import JSON
import Kubernetes
import Process

extension Renderer {
  /// Renders a chart with the `helm` binary: the server's version and APIs, its objects for `lookup`, values on
  /// standard input.
  func template(_ source: ChartSource, release: Release, isUpgrade: Bool) async throws -> [Object] {
    let chart = try await charts.path(of: source, for: release.name)
    let reader = ValuesReader(api: connected ? environment.api : nil, files: environment.files, directory: directory)
    let values = try await reader.values(of: release)
    var arguments = [
      "template", release.name, chart, "--namespace", release.namespace.name, "--include-crds", "--values", "-",
      "--kube-version", helmVersion, "--api-versions", discovery.apiVersions.joined(separator: ","),
    ]
    if isUpgrade { arguments.append("--is-upgrade") }
    if connected {
      arguments.append("--dry-run=server")
      if let kubeconfig = environment.kubeconfig { arguments += ["--kubeconfig", kubeconfig] }
      if let context = environment.context { arguments += ["--kube-context", context] }
    }
    let output = try await rendered(arguments, values: values, release: release)
    return try ManifestReader.objects(output.standardOutput, file: "chart of \(release.name)", release: release.name)
  }

  /// Helm 4 refuses a new release whose objects are there already, unless it may take them over; older versions
  /// neither look nor know the flag.
  private func rendered(_ arguments: [String], values: JSON, release: Release) async throws -> CommandOutput {
    let takeOver = "--take-ownership"
    do {
      return try await run(
        Command(environment.helm, arguments + (connected ? [takeOver] : []), input: values.bytes()), for: release)
    } catch RenderError.tool(_, _, let message) where message.contains("unknown flag: \(takeOver)") {
      return try await run(Command(environment.helm, arguments, input: values.bytes()), for: release)
    }
  }

  /// `v1.33.4`, without what a distribution adds: charts compare it as a semantic version.
  private var helmVersion: String {
    String(version.gitVersion.prefix { $0 != "+" && $0 != "-" })
  }
}
