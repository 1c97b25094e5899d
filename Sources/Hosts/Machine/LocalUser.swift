@preconcurrency import Glibc

/// The name of the user that this process runs as.
func localUser() -> String {
  var entry = passwd()
  var found: UnsafeMutablePointer<passwd>?
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 14) { buffer in
    guard getpwuid_r(getuid(), &entry, buffer.baseAddress!, buffer.count, &found) == 0, found != nil else {
      return "uid \(getuid())"
    }
    return entry.pw_name.map { String(cString: $0) } ?? "uid \(getuid())"
  }
}
