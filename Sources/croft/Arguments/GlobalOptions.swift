import Terminal

/// Options of every command.
enum GlobalOptions {
  static let specs: [OptionSpec] = [
    .value("directory", "C", "DIR", .folder, "the cluster's folder (default: the nearest one up with a cluster.yaml)"),
    .value("environment", "e", "NAME", .text, "a variant of the cluster that the file describes under 'environments'"),
    .value("kubeconfig", nil, "FILE", .file, "the kubeconfig (default: KUBECONFIG, else ~/.kube/config)"),
    .value("context", nil, "NAME", .contexts, "the kubeconfig's context (default: its current one)"),
    .value("output", "o", "FORMAT", .choice(OutputFormat.allCases.map(\.rawValue)), "text, or json for programs"),
    .value("color", nil, "WHEN", .choice(ColorChoice.allCases.map(\.rawValue)), "auto, always or never"),
    .flag("verbose", "v", "say each object that is changed"),
    .flag("help", "h", "show this help"),
    .flag("version", nil, "show the version"),
  ]
}

enum OutputFormat: String, Sendable, CaseIterable { case text, json }
