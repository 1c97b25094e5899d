public import Blueprint
internal import Digest
@preconcurrency import Glibc
import JSON

/// The folder that a tree is written to. A list in it (`.croft.json`) says what Croft wrote there, so that what somebody
/// edited or added is told from what is out of date.
public struct GeneratedFolder: Sendable {
  /// What writing a tree would do.
  public struct Difference: Sendable, Equatable {
    public var added: [String] = []
    public var changed: [String] = []
    /// Made by an earlier run, and no longer.
    public var removed: [String] = []
    /// Different from what Croft wrote there: somebody's edits.
    public var edited: [String] = []
    public var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty && edited.isEmpty }
  }

  static let list = ".croft.json"
  public let path: String

  public init(_ path: String) { self.path = path }

  /// - Throws: `WorkspaceError` where a file cannot be read.
  public func difference(to files: [RenderedFile]) throws(WorkspaceError) -> Difference {
    try difference(to: files, known: known())
  }

  private func difference(
    to files: [RenderedFile], known: [String: Set<String>]
  ) throws(WorkspaceError) -> Difference {
    var difference = Difference()
    if access(path, F_OK) != 0, errno == ENOENT {
      difference.added = files.map(\.path)
      return difference
    }
    for file in files {
      guard let there = try read(file.path) else {
        difference.added.append(file.path)
        continue
      }
      if there == file.bytes { continue }
      let isOurs = known[file.path]?.contains(SHA256.hex(there)) ?? false
      if isOurs { difference.changed.append(file.path) } else { difference.edited.append(file.path) }
    }
    let wanted = Set(files.map(\.path))
    for path in known.keys.sorted() where !wanted.contains(path) {
      guard let there = try read(path) else { continue }
      let isOurs = known[path]?.contains(SHA256.hex(there)) ?? false
      if isOurs { difference.removed.append(path) } else { difference.edited.append(path) }
    }
    difference.edited.sort()
    return difference
  }

  /// Writes what is different, each file at once, and removes what an earlier run made and this one does not.
  /// - Parameter force: also where somebody edited a file.
  /// - Returns: what was done; with edits and without `force`, nothing.
  @discardableResult
  public func write(_ files: [RenderedFile], force: Bool = false) async throws(WorkspaceError) -> Difference {
    var listed = try known()
    let difference = try difference(to: files, known: listed)
    if !difference.edited.isEmpty, !force { return difference }
    let digests = await Self.digests(of: files)
    if !difference.isEmpty { listed = try note(digests, beside: listed) }
    let touched = Set(difference.added + difference.changed + difference.edited)
    let _: [Never] = try await concurrently(files.filter { touched.contains($0.path) }) { file throws(WorkspaceError) in
      try put(file.bytes, at: "\(path)/\(file.path)")
      return []
    }
    let wanted = Set(files.map(\.path))
    for path in difference.removed + difference.edited where !wanted.contains(path) { remove(path) }
    if listed != digests { try write(digests) }
    return difference
  }

  /// Adds what is about to be written to the list, so that whoever is stopped half-way knows it for Croft's own.
  /// - Returns: what the list holds then.
  @discardableResult
  func note(
    _ digests: [String: Set<String>], beside known: [String: Set<String>]
  ) throws(WorkspaceError) -> [String: Set<String>] {
    let all = known.merging(digests) { $0.union($1) }
    if all != known { try write(all) }
    return all
  }

  static func digests(of files: [RenderedFile]) async -> [String: Set<String>] {
    let digests = await concurrently(files) { [($0.path, Set([SHA256.hex($0.bytes)]))] }
    return Dictionary(digests) { first, _ in first }
  }

  /// A digest for each path; several, the old and the new, while files are being written.
  private func write(_ digests: [String: Set<String>]) throws(WorkspaceError) {
    let members = digests.sorted { $0.key < $1.key }.map { path, digests in
      let all = digests.sorted()
      return JSONObject.Member(path, all.count == 1 ? .string(all[0]) : .array(all.map { .string($0) }))
    }
    try put(Array("\(JSON.object(JSONObject(members)).text)\n".utf8), at: "\(path)/\(Self.list)")
  }

  /// What an earlier run wrote to a file; `nil` where there is none, and where somebody edited it.
  public func unedited(_ path: String) throws(WorkspaceError) -> [UInt8]? {
    guard let there = try read(path), try known()[path]?.contains(SHA256.hex(there)) ?? false else {
      return nil
    }
    return there
  }

  // MARK: Files

  /// What the last run wrote: digests by path.
  func known() throws(WorkspaceError) -> [String: Set<String>] {
    guard let bytes = try read(Self.list), let json = try? JSON(parsing: String(decoding: bytes, as: UTF8.self)),
      let members = json.object
    else { return [:] }
    return Dictionary(
      members.map { ($0.key, Set(($0.value.array ?? [$0.value]).compactMap(\.string))) }
    ) { first, _ in first }
  }

  private func read(_ path: String) throws(WorkspaceError) -> [UInt8]? {
    let workspace = FileWorkspace()
    guard try workspace.kind(of: "\(self.path)/\(path)") == .file else { return nil }
    return try workspace.read("\(self.path)/\(path)")
  }

  /// Writes a file at once, and makes its folder where there is none.
  private func put(_ bytes: [UInt8], at path: String) throws(WorkspaceError) {
    let temporary = "\(path).\(getpid())"
    func openTemporary() -> Int32 { open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
    var file = openTemporary()
    if file < 0, errno == ENOENT {
      try makeFolder(Self.folder(of: path))
      file = openTemporary()
    }
    guard file >= 0 else { throw error(path) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = error(path)
        close(file)
        unlink(temporary)
        throw error
      }
      offset += count
    }
    close(file)
    guard rename(temporary, path) == 0 else { throw error(path) }
  }

  private func makeFolder(_ path: String) throws(WorkspaceError) {
    if path.isEmpty || mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw error(path) }
    try makeFolder(Self.folder(of: path))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw error(path) }
  }

  private static func folder(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  /// Removes a file, and the folders that it leaves empty.
  private func remove(_ path: String) {
    unlink("\(self.path)/\(path)")
    var folder = path
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      if rmdir("\(self.path)/\(folder)") != 0 { return }
    }
  }

  private func error(_ path: String) -> WorkspaceError {
    WorkspaceError(path: path, reason: String(cString: strerror(errno)))
  }
}
