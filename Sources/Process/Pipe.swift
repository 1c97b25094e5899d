import CProcess
@preconcurrency import Glibc

/// Two ends of a pipe, both closed on exec and never one of the three standard descriptors.
struct Pipe {
  var read: Int32
  var write: Int32

  /// - Throws: `errno` as `SpawnFailure` where this process has no descriptors left.
  init() throws(SpawnFailure) {
    var ends: [Int32] = [-1, -1]
    guard croft_pipe(&ends, O_CLOEXEC) == 0 else { throw SpawnFailure(code: errno) }
    do throws(SpawnFailure) {
      read = try Self.aboveStandard(ends[0])
    } catch {
      close(ends[1])
      throw error
    }
    do throws(SpawnFailure) {
      write = try Self.aboveStandard(ends[1])
    } catch {
      close(read)
      throw error
    }
  }

  func closeBoth() {
    close(read)
    close(write)
  }

  /// A program started with its standard input closed gets low numbers for its own files;
  /// in the child they would be overwritten by what becomes descriptor 0, 1 and 2.
  static func aboveStandard(_ descriptor: Int32) throws(SpawnFailure) -> Int32 {
    guard descriptor <= 2 else { return descriptor }
    let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    let code = errno
    close(descriptor)
    guard moved >= 0 else { throw SpawnFailure(code: code) }
    return moved
  }
}

/// An `errno` on the way to a started program.
struct SpawnFailure: Error {
  var code: Int32
}

func setNonBlocking(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}
