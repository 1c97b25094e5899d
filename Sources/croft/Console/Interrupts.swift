@preconcurrency import Glibc
import Synchronization
import Terminal

/// Ctrl-C, SIGTERM and a closed terminal: the first asks for a clean stop, the second ends the program at once.
/// Ctrl-Z and its return put the terminal in order.
final class Interrupts: Sendable {
  /// The write end of the pipe that the signal handlers write to. A handler may do little more than that.
  private static let pipeEnd = Atomic<Int32>(-1)

  private let stop: @Sendable () -> Void
  private let resumed: @Sendable () -> Void
  private let device: TerminalDevice?

  /// - Parameters:
  ///   - device: The terminal with a live region, where there is one.
  ///   - signals: What asks for a stop.
  ///   - stop: Called once, on a thread of its own, when a clean stop is asked for.
  ///   - resumed: Called when the program goes on after Ctrl-Z: what was drawn is no longer where it was.
  private init(
    device: TerminalDevice?, stop: @escaping @Sendable () -> Void, resumed: @escaping @Sendable () -> Void
  ) {
    self.device = device
    self.stop = stop
    self.resumed = resumed
  }

  /// From here on to the end of the program, signals are handled.
  static func handle(
    device: TerminalDevice? = nil, signals: [Int32] = [SIGINT, SIGTERM, SIGHUP],
    stop: @escaping @Sendable () -> Void, resumed: @escaping @Sendable () -> Void = {}
  ) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd.store(ends[1], ordering: .releasing)
    let interrupts = Interrupts(device: device, stop: stop, resumed: resumed)
    let passed = Unmanaged.passRetained(Reader(interrupts: interrupts, descriptor: ends[0]))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        Unmanaged<Reader>.fromOpaque(pointer!).takeRetainedValue().run()
        return nil
      }, passed.toOpaque())
    guard code == 0 else {
      passed.release()
      return
    }
    pthread_detach(thread)
    let handled = signals + (device == nil ? [] : [SIGTSTP])
    for number in handled {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        let before = errno
        write(Interrupts.pipeEnd.load(ordering: .relaxed), &byte, 1)
        errno = before
      }
    }
  }

  private final class Reader: Sendable {
    let interrupts: Interrupts
    let descriptor: Int32
    init(interrupts: Interrupts, descriptor: Int32) {
      self.interrupts = interrupts
      self.descriptor = descriptor
    }

    func run() {
      var hasStopped = false
      var byte: UInt8 = 0
      while true {
        let count = read(descriptor, &byte, 1)
        if count < 0, errno == EINTR { continue }
        guard count == 1 else { return }
        if Int32(byte) == SIGTSTP {
          interrupts.suspend()
        } else if hasStopped {
          LiveMode.leave()
          _exit(ExitCode.interrupted.rawValue)
        } else {
          hasStopped = true
          interrupts.stop()
        }
      }
    }
  }

  private func suspend() {
    guard let device else { return }
    LiveMode.leave()
    // To this very thread, so that it goes no further before the whole program has stopped.
    raise(SIGSTOP)
    LiveMode.enter(device)
    resumed()
  }
}
