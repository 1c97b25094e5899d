import Glibc

/// A value that several threads share, reached only while holding a lock. Hold it for moments, never across a wait.
///
/// `Synchronization.Mutex` would do, but the thread sanitizer of Swift 6.3 does not see through it on Linux.
final class Lock<State>: @unchecked Sendable {  // `state` is read and written only between lock and unlock.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var state: State

  init(_ state: sending State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }
}
