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
