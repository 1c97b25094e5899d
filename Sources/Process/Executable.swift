@preconcurrency import Glibc

/// Finds programs the way a shell does.
public enum Executable {
  /// The absolute path of the first `name` in PATH that can be executed; `nil` where there is none.
  ///
  /// A name with a slash is a path and is only looked at. Relative and empty entries of PATH are passed over:
  /// what they mean changes with the folder, and a program should not.
  /// - Parameter path: Folders parted by colons; without it this process's PATH.
  public static func find(_ name: String, path: String? = nil) -> String? {
    if name.contains("/") { return isExecutable(name) ? name : nil }
    guard !name.isEmpty else { return nil }
    let path = path ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.split(separator: ":") where folder.hasPrefix("/") {
      let candidate = "\(folder)/\(name)"
      if isExecutable(candidate) { return candidate }
    }
    return nil
  }

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
