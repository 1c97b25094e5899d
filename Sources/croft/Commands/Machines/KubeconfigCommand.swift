import Blueprint
import JSON
import Provision
import Redaction
import YAML

/// `croft kubeconfig`
enum KubeconfigCommand: Subcommand {
  static let spec = CommandSpec(
    name: "kubeconfig", summary: "write the way into the cluster into your kubeconfig",
    discussion: """
      Fetches the administrator's kubeconfig from a k3s server, through SSH, and writes it into yours: the file of \
      --kubeconfig, else the first of $KUBECONFIG, else ~/.kube/config. Cluster, user and context are named after the \
      cluster; what else the file holds stays as it is, and only you can read it. The current context changes only with \
      --use, or where there is none.
      """,
    options: [
      .flag("use", nil, "make it the current context"),
      .flag("print", nil, "print it instead; it holds a private key"),
    ],
    examples: [
      .init("croft kubeconfig --use", "then kubectl talks to this cluster"),
      .init("croft kubeconfig --print >home.yaml", "a file of its own"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    try await context.withMachines { access in
      let servers = access.blueprint.servers
      if access.blueprint.kubernetes?.distribution != .k3s {
        throw Exit(.failure, "'croft kubeconfig' asks servers of k3s; for Talos see 'croft talos client'")
      }
      let surveys = try await access.survey(servers)
      let hosts = Dictionary(uniqueKeysWithValues: access.machines(servers).map { ($0.node.name, $0.host) })
      let found = try await K3sAccess(
        access.blueprint, hosts: hosts, facts: surveys.compactMapValues { try? $0.get().facts })
      let json = found.kubeconfig.reveal()
      if context.invocation.has("print") {
        context.output.line((context.format == .json ? json.text : json.yaml).trimmingLineBreak)
        return .success
      }
      let file = try KubeconfigFile(context)
      let isNew = try file.add(json, makesCurrent: context.invocation.has("use"))
      let name = access.blueprint.name
      if context.format == .json {
        context.output.line(
          (["path": .string(file.path), "context": .string(name), "changed": .bool(isNew)] as JSON).text)
      } else {
        context.output.line("\(file.path) \(isNew ? "has" : "had") the context \(name)")
      }
      return .success
    }
  }
}
