import Diagnostics
public import JSON
import Synchronization
import YAML

/// The Kubernetes manifests beside a cluster file, each file read once for everyone who asks.
public final class Manifests: Sendable {
  public struct Document: Sendable {
    public var json: JSON
    /// The path of its file, as it was asked for.
    public var file: String
    /// Where it starts.
    public var line: Int
  }

  private let workspace: any Workspace
  /// By path from the working directory. Only what could be read is kept.
  private let known = Mutex<[String: [Document]]>([:])

  public init(_ workspace: any Workspace = FileWorkspace()) { self.workspace = workspace }

  /// Every document of a file, or of the YAML files in a folder and in the folders in it, in the order of their names.
  /// Names that start with a dot are left out.
  /// - Parameter directory: where the path starts; empty for the working directory.
  public func documents(at path: String, in directory: String) throws(ManifestError) -> [Document] {
    let full = directory.isEmpty ? path : "\(directory)/\(path)"
    if let documents = known.withLock({ $0[full] }) { return documents }
    guard let names = try names(at: full) else {
      let documents = try read(full, file: path)
      known.withLock { $0[full] = documents }
      return documents
    }
    var documents: [Document] = []
    for name in names { documents += try self.documents(at: "\(path)/\(name)", in: directory) }
    return documents
  }

  /// Whether a file in a folder of manifests is one, by its name.
  public static func isManifest(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

  /// What is to be read in a folder; `nil` where the path is no folder.
  private func names(at path: String) throws(ManifestError) -> [String]? {
    do throws(WorkspaceError) {
      guard try workspace.kind(of: path) == .folder else { return nil }
      var names: [String] = []
      for name in try workspace.list(path).sorted() where !name.hasPrefix(".") {
        let isFolder = try workspace.kind(of: "\(path)/\(name)") == .folder
        if isFolder || Self.isManifest(name) { names.append(name) }
      }
      return names
    } catch {
      throw ManifestError(file: path, reason: error.reason)
    }
  }

  private func read(_ path: String, file: String) throws(ManifestError) -> [Document] {
    let bytes: [UInt8]
    do throws(WorkspaceError) { bytes = try workspace.read(path) } catch {
      throw ManifestError(file: file, reason: error.reason)
    }
    do throws(YAMLError) {
      return try YAML.Document.parse(bytes, file: file, dialect: .kubernetes).map {
        Document(json: $0.json(as: .kubernetes), file: file, line: $0.span.line)
      }
    } catch {
      throw ManifestError(file: file, reason: "\(error)")
    }
  }
}

/// Why a manifest could not be read.
public struct ManifestError: Error, Sendable, Equatable {
  public var file: String
  /// The operating system's words, or what is wrong with the YAML and where.
  public var reason: String
  package init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }
}
