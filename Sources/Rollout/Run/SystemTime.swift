import Glibc

extension Environment {
  /// The system's time of day, in seconds since 1970.
  public static let systemTime: @Sendable () -> Double = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
