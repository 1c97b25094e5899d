import FoundationEssentials
import Glibc

/// A new folder that only this user can read: in memory where there is room, else where temporary files go.
func temporaryFolder(_ prefix: String) throws -> String {
  var parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
  var space = statvfs()
  let gigabytes = statvfs("/dev/shm", &space) == 0 ? (Int(space.f_bavail) * Int(space.f_frsize)) >> 30 : 0
  if gigabytes >= 2, access("/dev/shm", W_OK) == 0 { parent = "/dev/shm" }
  var template = Array("\(parent)/\(prefix)-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw LabError.command("mkdtemp \(parent)", String(cString: strerror(errno))) }
  return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Removes a folder when its input closes, that is also when this process ends in whatever way.
///
/// Programs that are being killed at the same moment may still write, so it looks a second time.
func makeJanitor(_ folder: String) throws -> ChildProcess {
  let script = """
    read -r _
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      rm -rf "$0" 2>/dev/null
      sleep 0.05
      [ -e "$0" ] || exit 0
    done
    """
  return try ChildProcess(["setsid", "sh", "-c", script, folder])
}
