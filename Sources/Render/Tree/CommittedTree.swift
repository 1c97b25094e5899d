public import Blueprint
internal import Digest
import JSON

/// The generated tree as a commit of the repository holds it: what a GitOps engine reads.
public struct CommittedTree: Sendable {
  /// The commit, as hexadecimal digits.
  public let commit: String
  /// Where the tree is in the repository: `home/generated`.
  public let folder: String
  /// All files that were asked for, by their path in the repository.
  public let files: [String: [UInt8]]

  public init(commit: String, folder: String, files: [String: [UInt8]]) {
    self.commit = commit
    self.folder = folder
    self.files = files
  }

  /// How what is committed differs from what it should be; paths are those of the repository, sorted.
  public struct Difference: Sendable, Equatable {
    /// Not committed.
    public var missing: [String] = []
    /// Committed with other bytes.
    public var changed: [String] = []
    /// Committed where an engine takes what it finds, and not wanted.
    public var surplus: [String] = []
    public var isEmpty: Bool { missing.isEmpty && changed.isEmpty && surplus.isEmpty }

    /// Each with what is the matter, the first of its kind first.
    public var lines: [String] {
      missing.map { "\($0) is missing" } + changed.map { "\($0) differs" }
        + surplus.map { "\($0) is no longer made" }
    }
  }

  /// - Parameters:
  ///   - rendered: the tree as it is to be.
  ///   - beside: what lies beside the cluster file and is read by the engine as well, by its path in the repository.
  ///   - folders: the folders that `beside` is all of.
  public func difference(
    to rendered: [RenderedFile], beside: [String: [UInt8]] = [:], folders: [String] = []
  ) -> Difference {
    var wanted = beside
    for file in rendered { wanted["\(folder)/\(file.path)"] = file.bytes }
    var difference = Difference()
    for (path, bytes) in wanted.sorted(by: { $0.key < $1.key }) {
      guard let there = files[path] else {
        difference.missing.append(path)
        continue
      }
      if there != bytes { difference.changed.append(path) }
    }
    // An engine applies what it finds in its folders; what somebody put elsewhere is none of its business.
    let read = ["argocd", "flux", "manifests"].map { "\(folder)/\($0)/" } + folders.map { "\($0)/" }
    difference.surplus = files.keys.filter { path in
      wanted[path] == nil && read.contains { path.hasPrefix($0) } && !Self.isHidden(path)
    }.sorted()
    return difference
  }

  /// What an earlier run of `croft render` wrote to a file of the tree; `nil` where there is none, and where somebody
  /// edited it.
  public func unedited(_ path: String) -> [UInt8]? {
    guard let there = files["\(folder)/\(path)"], let list = files["\(folder)/\(GeneratedFolder.list)"],
      let known = try? JSON(parsing: String(decoding: list, as: UTF8.self))[path]
    else { return nil }
    return (known.array ?? [known]).compactMap(\.string).contains(SHA256.hex(there)) ? there : nil
  }

  static func isHidden(_ path: String) -> Bool { path.split(separator: "/").contains { $0.hasPrefix(".") } }
}

extension Blueprint {
  /// Folders beside the cluster file that an engine reads itself, as the cluster file names them: charts and
  /// kustomizations. Everything else that the file names is part of what is rendered.
  public var foldersInGit: [String] {
    let folders = releases.compactMap { release -> String? in
      switch release.source {
      case .chart(.directory(let path, _)): path
      case .kustomize(let place, _): ManifestFolder.isRemote(place) ? nil : place
      default: nil
      }
    }
    return Set(folders).sorted()
  }
}

extension GitOpsSpec {
  /// What lies beside the cluster file, where the repository has it.
  public func placeInGit(_ path: String) -> String {
    var parts: [Substring] = []
    for part in place(beside: path).split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  /// The generated tree in the repository.
  public var treeInGit: String { tree }

  /// A folder of somebody's own that the engine begins with; `nil` where it begins with what Croft makes.
  public var ownBeginning: String? { path == "\(tree)/\(engine.rawValue)" ? nil : path }
}
