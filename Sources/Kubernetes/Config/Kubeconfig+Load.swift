import Glibc
import JSON
import YAML

extension Kubeconfig {
  /// Reads one file.
  /// - Throws: `KubernetesError.configuration` with the path, and the line where the YAML is wrong.
  public static func read(_ path: String) throws(KubernetesError) -> Kubeconfig {
    let path = absolute(path)
    let bytes: [UInt8]
    do throws(LocalFile.Failure) {
      bytes = try LocalFile.read(path)
    } catch {
      throw .configuration("the kubeconfig \(path) cannot be read: \(error)")
    }
    let documents: [Node]
    do throws(YAMLError) {
      documents = try Document.parse(bytes, file: path, dialect: .kubernetes)
    } catch {
      throw .configuration("\(error.description)" + (error.fix.map { "; \($0)" } ?? ""))
    }
    return try Kubeconfig(documents.first?.json(as: .kubernetes) ?? .null, file: path)
  }

  /// Reads the file of `--kubeconfig`, else those of `KUBECONFIG`, else `~/.kube/config`.
  /// - Parameters:
  ///   - path: What `--kubeconfig` says; it has to exist. Files that `KUBECONFIG` names may be missing.
  /// - Returns: `nil` where there is no file.
  public static func load(_ path: String?, environment: [String: String]) throws(KubernetesError) -> Kubeconfig? {
    if let path { return try read(path) }
    let home = environment["HOME"].map { $0 + "/.kube/config" }
    let named = (environment["KUBECONFIG"] ?? "").split(separator: ":").map { String($0) }
    var merged: Kubeconfig?
    for path in named.isEmpty ? [home].compactMap({ $0 }) : named where LocalFile.exists(path) {
      let next = try read(path)
      if merged == nil { merged = next } else { merged?.merge(next) }
    }
    return merged
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }
}
