@preconcurrency import Glibc

/// Where croft keeps what outlives a run (https://specifications.freedesktop.org/basedir-spec/latest/).
struct Directories: Sendable {
  var environment: [String: String]

  /// The journal. CROFT_STATE, else croft under XDG_STATE_HOME, else under ~/.local/state.
  var state: String { folder("CROFT_STATE", "XDG_STATE_HOME", ".local/state") }
  /// What can be fetched again, such as charts. CROFT_CACHE, else croft under XDG_CACHE_HOME, else under ~/.cache.
  var cache: String { folder("CROFT_CACHE", "XDG_CACHE_HOME", ".cache") }
  var journal: String { "\(state)/journal.db" }

  private func folder(_ own: String, _ base: String, _ fallback: String) -> String {
    if let path = environment[own], !path.isEmpty { return path }
    if let path = environment[base], path.hasPrefix("/") { return "\(path)/croft" }
    return "\(home)/\(fallback)/croft"
  }

  private var home: String {
    if let path = environment["HOME"], !path.isEmpty { return path }
    return getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) } ?? "/root"
  }

  /// The folder of the cluster file: the one that was named, else the nearest one up that has one.
  static func cluster(_ named: String?) throws(Exit) -> String {
    if let named {
      guard access(named, F_OK) == 0 else { throw Exit(.failure, "there is no folder '\(named)'") }
      return named
    }
    var path = "."
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return path }
    let current = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // Relative as far as it goes, because diagnostics show the path.
    for _ in 0...current.count(where: { $0 == "/" }) {
      if access("\(path)/cluster.yaml", F_OK) == 0 { return path }
      path = path == "." ? ".." : "\(path)/.."
    }
    throw Exit(
      .failure,
      "there is no cluster.yaml in \(current) or in a folder above it; go to the cluster's folder, or name it with -C")
  }
}
