import FoundationEssentials
@preconcurrency import Glibc
import Kubernetes
import Lab

/// Runs the lab until its task is cancelled.
func up(_ arguments: Arguments) async throws {
  let charts = try arguments.charts.map { try ChartServer.charts(in: $0) } ?? []
  var nodes =
    switch arguments.nodes {
    case .count(let count): HollowNodes.Options(nodes: count)
    case .names(let names): HollowNodes.Options(names: names)
    }
  nodes.volumes?.classes = arguments.storageClasses
  nodes.customResources = .all(after: .milliseconds(500))

  note("starting Kubernetes")
  try await withControlPlane { plane in
    note("registering hollow nodes")
    let cluster = Cluster(plane.access, clock: ContinuousClock())
    try await withHollowNodes(cluster, nodes) {
      guard !charts.isEmpty else { return try await announce(plane, mirror: nil, arguments) }
      note("packaging \(charts.count) charts")
      try await withChartServer(charts: charts) { try await announce(plane, mirror: $0.url, arguments) }
    }
  }
}

/// Says how to reach what is up, and stays.
private func announce(_ plane: ControlPlane, mirror: String?, _ arguments: Arguments) async throws {
  var lines = ["export KUBECONFIG='\(plane.kubeconfigPath)'"]
  if let mirror { lines.append("export CROFT_CHART_MIRROR='\(mirror)'") }
  let text = lines.joined(separator: "\n") + "\n"
  if let state = arguments.state {
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: "\(state)/env"), options: .atomic)
  }
  fputs(text, stdout)
  fflush(stdout)
  note("the lab is up; Ctrl-C ends it")
  try await ContinuousClock().sleep(for: .seconds(365 * 24 * 3600))
}

func note(_ text: String) { fputs("lab: \(text)\n", stderr) }
