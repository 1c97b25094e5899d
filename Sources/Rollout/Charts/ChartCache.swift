import Blueprint
internal import Digest
import Process

/// Charts on this machine, by the digest of their archive, pinned in `croft.lock`.
///
/// A pinned chart that is in the cache needs no network. One that is fetched anew must have the pinned digest.
actor ChartCache {
  private let environment: Environment
  private let directory: String
  private let writesLock: Bool
  private var lock: LockFile?

  /// - Parameters:
  ///   - directory: the cluster's folder, which holds `croft.lock` and local charts.
  ///   - writesLock: pins new charts in the file; a plan does not.
  init(environment: Environment, directory: String, writesLock: Bool) {
    self.environment = environment
    self.directory = directory
    self.writesLock = writesLock
  }

  private var lockPath: String { directory + "/croft.lock" }

  /// A path that helm can render.
  func path(of source: ChartSource, for release: String) async throws -> String {
    switch source {
    case .directory(let path, _):
      let folder = directory + "/" + path
      guard environment.files.exists(folder + "/Chart.yaml") else {
        throw RenderError.file(path, reason: "there is no Chart.yaml in this folder")
      }
      return folder
    case .repository(let url, let name, let version, _):
      return try await archive(source: url, name: name, version: version) { folder in
        ["pull", name, "--repo", self.environment.chartMirror ?? url, "--version", version, "--destination", folder]
      }
    case .oci(let url, let version, _):
      let name = url.split(separator: "/").last.map { String($0) } ?? url
      return try await archive(source: url, name: name, version: version) { folder in
        if let mirror = self.environment.chartMirror {
          return ["pull", name, "--repo", mirror, "--version", version, "--destination", folder]
        }
        return ["pull", url, "--version", version, "--destination", folder]
      }
    }
  }

  private func archive(
    source: String, name: String, version: String, pull: (String) -> [String]
  ) async throws -> String {
    let label = "\(name) \(version) from \(source)"
    let pinned = try readLock().chart(source: source, name: name, version: version)
    let store = environment.cacheDirectory + "/charts"
    if let pinned {
      let path = store + "/" + Self.fileName(pinned.digest)
      if let bytes = environment.files.bytes(path), Self.digest(bytes) == pinned.digest { return path }
    }
    let folder = try environment.files.temporaryFolder(in: environment.cacheDirectory)
    defer { environment.files.remove(folder) }
    let output: CommandOutput
    do {
      output = try await Command(environment.helm, pull(folder)).run(timeout: .seconds(300), clock: environment.clock)
    } catch ProcessError.notFound {
      throw RenderError.toolMissing(environment.helm, release: label)
    }
    guard output.isSuccess, let file = environment.files.list(folder).first(where: { $0.hasSuffix(".tgz") }),
      let bytes = environment.files.bytes(folder + "/" + file)
    else {
      throw RenderError.chartUnavailable(
        chart: label,
        message: output.errorText.split(separator: "\n").last.map { String($0) } ?? "helm pull gave no archive")
    }
    let digest = Self.digest(bytes)
    if let pinned, pinned.digest != digest {
      throw RenderError.chartChanged(chart: label, locked: pinned.digest, found: digest)
    }
    let path = store + "/" + Self.fileName(digest)
    try environment.files.write(bytes, to: path, mode: 0o644)
    if pinned == nil {
      var changed = try readLock()
      changed.pin(LockFile.Chart(source: source, name: name, version: version, digest: digest))
      lock = changed
      if writesLock { try environment.files.write(Array(changed.text.utf8), to: lockPath, mode: 0o644) }
    }
    return path
  }

  private func readLock() throws -> LockFile {
    if let lock { return lock }
    let read = try environment.files.bytes(lockPath).map {
      try LockFile(parsing: String(decoding: $0, as: UTF8.self), file: "croft.lock")
    }
    lock = read ?? LockFile()
    return lock!
  }

  private static func digest(_ bytes: [UInt8]) -> String { "sha256:" + SHA256.hex(bytes) }
  private static func fileName(_ digest: String) -> String { digest.dropFirst("sha256:".count) + ".tgz" }
}
