import FoundationEssentials
import Lab
import Process
import Testing

@Suite(.enabled(if: Lab.isAvailable, "the lab is not set up: run 'make setup'"), .timeLimit(.minutes(5)))
struct ChartServerTests {
  @Test func `A published chart is what helm pulls`() async throws {
    try await withFolder { folder in
      let chart = try write(chart: "hello", to: folder)
      try await withChartServer(charts: [chart]) { server in
        let pull = try await helm("pull", "hello", "--repo", server.url, "--version", "1.2.3", "-d", folder)
        #expect(pull.isSuccess, "\(pull.errorText)")
        let values = try await helm("show", "values", "\(folder)/hello-1.2.3.tgz")
        #expect(values.text.contains("greeting: good day"))

        try await server.publish([chart], version: "2.0.0")
        let second = try await helm("pull", "hello", "--repo", server.url, "--version", "2.0.0", "-d", folder)
        #expect(second.isSuccess, "\(second.errorText)")
      }
    }
  }

  @Test func `The same content gives the same digest`() async throws {
    try await withFolder { folder in
      let chart = try write(chart: "hello", to: folder)
      var packages: [[UInt8]] = []
      for (round, time) in [("first", 1_000_000_000.0), ("second", 1_100_000_000.0)] {
        let date = Date(timeIntervalSince1970: time)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(chart)/values.yaml")
        try await withChartServer(charts: [chart]) { server in
          let target = "\(folder)/\(round)"
          try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
          _ = try await helm("pull", "hello", "--repo", server.url, "-d", target)
          packages.append([UInt8](try Data(contentsOf: URL(filePath: "\(target)/hello-1.2.3.tgz"))))
        }
      }
      #expect(packages[0] == packages[1])
    }
  }

  @Test func `Charts are found in the folders below, but not inside a chart`() async throws {
    try await withFolder { folder in
      let outer = try write(chart: "outer", to: "\(folder)/group")
      _ = try write(chart: "inner", to: "\(outer)/charts")
      #expect(try ChartServer.charts(in: folder) == [outer])
    }
  }

  private func helm(_ arguments: String...) async throws -> CommandOutput {
    try await Command(Lab.helm, arguments).run()
  }

  private func write(chart name: String, to folder: String) throws -> String {
    let chart = "\(folder)/\(name)"
    try FileManager.default.createDirectory(atPath: "\(chart)/templates", withIntermediateDirectories: true)
    try Data("apiVersion: v2\nname: \(name)\nversion: 1.2.3\n".utf8).write(to: URL(filePath: "\(chart)/Chart.yaml"))
    try Data("greeting: good day\n".utf8).write(to: URL(filePath: "\(chart)/values.yaml"))
    return chart
  }
}

/// Hands a new folder to `body` and removes it.
func withFolder<R>(_ body: (String) async throws -> R) async throws -> R {
  let folder = FileManager.default.temporaryDirectory.appending(path: "croft-test-\(UUID())").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
