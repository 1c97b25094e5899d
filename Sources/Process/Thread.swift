@preconcurrency import Glibc

/// Runs `body` on a thread of its own, which no signal is delivered to.
///
/// Waiting for a program blocks, and blocking a thread of the cooperative pool would stop everybody else.
func startThread(_ body: @escaping @Sendable () -> Void) throws(SpawnFailure) {
  final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 256 << 10)

  let passed = Unmanaged.passRetained(Body(body))
  var thread = pthread_t()
  let code = pthread_create(
    &thread, &attributes,
    { pointer in
      // Blocked signals include SIGPIPE, so that a program that does not read its input ends a write with EPIPE.
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue().run()
      return nil
    }, passed.toOpaque())
  if code != 0 {
    passed.release()
    throw SpawnFailure(code: code)
  }
}
