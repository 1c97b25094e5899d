import Glibc
import Process
import Synchronization

/// A folder that goes when this process ends in whatever way, and by which other processes see that.
///
/// This process holds a lock on a file in the folder. Whoever gets the lock knows that this process has let go or is
/// no more; the janitor then removes the folder.
final class Lifeline: Sendable {
  let folder: String
  let path: String
  private let descriptor: Mutex<Int32?>
  private let janitor: RunningProcess

  /// Programs that are being killed at the same moment may still write, so it looks a second time.
  private static let janitorScript = """
    flock --shared "$1" true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      rm -rf "$0" 2>/dev/null
      sleep 0.05
      [ -e "$0" ] || exit 0
    done
    """

  /// A temporary folder.
  convenience init(_ prefix: String) throws {
    try self.init(folder: try temporaryFolder(prefix)) {
      Command("sh", ["-c", Self.janitorScript, $0, $1])
    }
  }

  /// - Parameter janitor: makes the command that waits for the lock and then removes the folder, from the folder and
  ///   from the file that is locked.
  init(folder: String, janitor: (_ folder: String, _ path: String) -> Command) throws {
    self.folder = folder
    path = "\(folder)/lifeline"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
      throw LabError.command("lock \(path)", String(cString: strerror(errno)))
    }
    self.descriptor = Mutex(descriptor)
    self.janitor = try janitor(folder, path).start()
  }

  deinit { letGo() }

  /// Lets go, and waits until the folder is gone.
  func close() async {
    letGo()
    while janitor.isRunning {
      do { _ = try await janitor.wait() } catch { await Task.yield() }
    }
  }

  private func letGo() {
    descriptor.withLock {
      if let descriptor = $0 { Glibc.close(descriptor) }
      $0 = nil
    }
  }
}
