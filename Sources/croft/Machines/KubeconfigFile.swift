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

  /// Writes a cluster into it, and nothing where it is there already. The file and its folder are the user's alone.
  /// - Returns: whether something was written.
  @discardableResult
  func add(_ addition: JSON, makesCurrent: Bool) throws -> Bool {
    let existing = try read()
    let merged = try Kubeconfig.merging(addition, into: existing, makesCurrent: makesCurrent)
    if merged == existing { return false }
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
