import Blueprint
import Glibc
import JSON
import Kubernetes
import YAML

/// The user's kubeconfig, which a cluster is written into.
struct KubeconfigFile {
  let path: String

  /// The file of `--kubeconfig`, else the first of `$KUBECONFIG`, else `~/.kube/config`.
  init(_ context: Context) throws(Exit) {
    if let named = context.invocation.value("kubeconfig") {
      path = named
    } else if let first = context.environment["KUBECONFIG"]?.split(separator: ":").first {
      path = String(first)
    } else if let home = context.environment["HOME"] {
      path = "\(home)/.kube/config"
    } else {
      throw Exit(.usage, "there is no $HOME to find a kubeconfig in; name one with --kubeconfig")
    }
  }

  /// Whether it has a context of that name.
  func has(context name: String) throws -> Bool {
    try read()?["contexts"]?.array?.contains { $0["name"]?.string == name } ?? false
  }

  /// Writes a cluster into it, and nothing where it is there already. The file and its folder are the user's alone.
  /// - Returns: whether something was written.
  @discardableResult
  func add(_ addition: JSON, makesCurrent: Bool) throws -> Bool {
    try change { try Kubeconfig.merging(addition, into: $0, makesCurrent: makesCurrent) }
  }

  /// Lets a context reach its cluster through another server, where it goes through one that is no more.
  /// - Parameters:
  ///   - gone: its URLs.
  ///   - server: the other one's.
  /// - Returns: whether something was written.
  func move(context: String, from gone: [String], to server: String) throws -> Bool {
    try change { $0.flatMap { Kubeconfig.moving(context: context, from: gone, to: server, in: $0) } }
  }

  /// - Parameter edit: what the file is to hold, from what it holds; `nil` for the same.
  private func change(_ edit: (JSON?) throws -> JSON?) throws -> Bool {
    let existing = try read()
    guard let wanted = try edit(existing), wanted != existing else { return false }
    if let end = path.lastIndex(of: "/") { mkdir(String(path[..<end]), 0o700) }
    // As kubectl does, so that neither writes over what the other one just wrote.
    let lock = open("\(path).lock", O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard lock >= 0 else {
      throw Exit(
        .failure,
        errno == EEXIST
          ? "\(path).lock is there: another program writes the kubeconfig. If none does, remove that file"
          : "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    defer {
      close(lock)
      unlink("\(path).lock")
    }
    if access(path, F_OK) != 0 {
      let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw Exit(.failure, "\(path) cannot be made: \(String(cString: strerror(errno)))") }
      close(file)
    }
    // What was written until the lock was ours is not lost.
    let latest = try read()
    let merged = latest == existing ? wanted : try edit(latest) ?? latest ?? wanted
    do throws(TextFile.Failure) { try TextFile.replace(path, with: merged.yaml) } catch {
      throw Exit(.failure, "\(error)")
    }
    // It holds a key now.
    chmod(path, 0o600)
    return true
  }

  private func read() throws -> JSON? {
    guard access(path, F_OK) == 0 else { return nil }
    let bytes: [UInt8]
    do throws(WorkspaceError) { bytes = try FileWorkspace().read(path) } catch { throw Exit(.failure, "\(error)") }
    let documents: [Node]
    do throws(YAMLError) { documents = try Document.parse(bytes, file: path, dialect: .kubernetes) } catch {
      throw Exit(.failure, "the kubeconfig \(path) is left as it is: \(error.description)")
    }
    return documents.first?.json(as: .kubernetes)
  }
}
