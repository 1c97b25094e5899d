import FoundationEssentials
import Process

/// A chart repository on 127.0.0.1: packages chart folders with `helm` and serves them with an index.
///
/// Packing the same content twice gives the same digest, so that what `croft.lock` pins stays true.
public actor ChartServer {
  /// `http://127.0.0.1:PORT`, without a slash at the end.
  public nonisolated let url: String
  private let lifeline: Lifeline
  private let port: Int
  private var server: Daemon?
  private var serve: String { "\(lifeline.folder)/serve" }

  /// Starts a repository with these charts. Call `stop` in the end; `withChartServer` does both.
  /// - Parameter charts: folders that each hold a `Chart.yaml`.
  public static func start(charts: [String] = []) async throws -> ChartServer {
    guard Programs.installed.missing.isEmpty else { throw LabError.missing(Programs.installed.missing) }
    let server = try ChartServer()
    do {
      try await server.publish(charts)
      try await server.listen()
    } catch {
      await server.stop()
      throw error
    }
    return server
  }

  /// Every folder below this one that holds a `Chart.yaml`, but no chart inside another chart.
  public static func charts(in folder: String) throws -> [String] {
    if FileManager.default.fileExists(atPath: "\(folder)/Chart.yaml") { return [folder] }
    var isFolder = false
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else { return [] }
      return try charts(in: path)
    }
  }

  private init() throws {
    lifeline = try Lifeline("croft-charts")
    port = freePorts(1)[0]
    url = "http://127.0.0.1:\(port)"
    try FileManager.default.createDirectory(
      atPath: "\(lifeline.folder)/serve", withIntermediateDirectories: true)
  }

  /// Adds charts. A chart that is there in the same version is replaced.
  /// - Parameter version: published as this version instead of what `Chart.yaml` says.
  public func publish(_ charts: [String], version: String? = nil) async throws {
    try await runScript(
      "helm package",
      """
      helm=$1 serve=$2 version=$3
      shift 3
      copies=$(mktemp -d)
      trap 'rm -rf "$copies"' EXIT
      count=0
      for chart; do
        count=$((count + 1))
        cp -R "$chart" "$copies/$count"
        set -- "$@" "$copies/$count"
        shift
      done
      # Helm writes each file's time into the package, and with it into the digest.
      find "$copies" -exec touch -h -d 2020-01-01T00:00:00Z {} +
      [ $# = 0 ] || "$helm" package ${version:+--version "$version"} --destination "$serve" "$@"
      "$helm" repo index "$serve"
      """,
      [Lab.helm, serve, version ?? ""] + charts)
  }

  /// Ends the server and removes what it served. Does nothing the second time.
  public func stop() async {
    await server?.stop()
    server = nil
    await lifeline.close()
  }

  private func listen() async throws {
    let server = try Daemon(
      "python3", ["-m", "http.server", "--bind", "127.0.0.1", "--directory", serve, "\(port)"],
      name: "chart server", log: "\(lifeline.folder)/server.log", lifeline: lifeline)
    self.server = server
    while !isListening(port) {
      guard server.isRunning else {
        throw LabError.notReady(server.name, reason: "it ended", log: server.logTail)
      }
      try await ContinuousClock().sleep(for: .milliseconds(20))
    }
  }
}

/// Starts a chart repository, hands it to `body`, and stops it whatever happens.
public func withChartServer<R>(charts: [String], _ body: (ChartServer) async throws -> R) async throws -> R {
  let server = try await ChartServer.start(charts: charts)
  do {
    let result = try await body(server)
    await server.stop()
    return result
  } catch {
    await server.stop()
    throw error
  }
}
