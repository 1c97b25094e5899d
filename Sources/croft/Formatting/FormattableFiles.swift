import Blueprint
import Catalog
import Diagnostics

/// Which files `croft fmt` formats.
struct FormattableFiles {
  /// Folders inside folders that are followed: what stops at a symbolic link to a folder above.
  private static let maximumDepth = 16

  private let workspace = FileWorkspace()
  private(set) var paths: [String] = []

  /// The files that describe the cluster of a folder, those included that its files name.
  /// - Throws: `Exit` where the folder has none.
  mutating func addCluster(_ folder: String) throws(Exit) {
    let result = Catalog.loadCluster(folder)
    if result.sources.isEmpty, let problem = result.diagnostics.first {
      throw Exit(.failure, [problem.message, problem.fix].compactMap { $0 }.joined(separator: "; "))
    }
    for path in result.sources.keys.sorted() where !Self.isSecret(path) { add(path) }
  }

  /// What the user named: a file, a cluster's folder, or a folder with files.
  mutating func add(named path: String) throws {
    switch try workspace.kind(of: path) {
    case .file where Self.isSecret(path):
      throw Exit(.failure, "\(path) is an encrypted file, whose layout is sops' own; leave it out")
    case .file: add(path)
    case .folder where try workspace.kind(of: "\(path)/cluster.yaml") == .file: try addCluster(path)
    case .folder: try addFolder(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path, depth: 1)
    case nil: throw Exit(.failure, "there is no file or folder '\(path)'")
    }
  }

  private mutating func addFolder(_ folder: String, depth: Int) throws {
    guard depth <= Self.maximumDepth else {
      throw Exit(
        .failure, "\(folder) is more than \(Self.maximumDepth) folders deep; look for a link to a folder above it")
    }
    for name in try workspace.list(folder).sorted() where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      switch try workspace.kind(of: path) {
      // What Croft writes there is not edited.
      case .folder where name == "generated": continue
      case .folder: try addFolder(path, depth: depth + 1)
      case .file where Manifests.isManifest(name) && !Self.isSecret(name): add(path)
      default: continue
      }
    }
  }

  private mutating func add(_ path: String) {
    if !paths.contains(path) { paths.append(path) }
  }

  private static func isSecret(_ path: String) -> Bool { (path.split(separator: "/").last ?? "").contains(".sops.") }
}
