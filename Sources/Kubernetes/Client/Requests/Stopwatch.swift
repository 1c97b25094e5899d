/// Time since a moment, on any clock.
struct Stopwatch: Sendable {
  private let measure: @Sendable () -> Duration

  init(_ clock: any Clock<Duration>) {
    func start<C: Clock<Duration>>(_ clock: C) -> @Sendable () -> Duration {
      let start = clock.now
      return { start.duration(to: clock.now) }
    }
    measure = start(clock)
  }

  var elapsed: Duration { measure() }
}
