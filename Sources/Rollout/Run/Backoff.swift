/// How long to wait before a try: doubling, with jitter so that many do not come back at once.
struct Backoff: Sendable {
  var base: Duration = .seconds(1)
  var limit: Duration = .seconds(60)

  /// - Parameters:
  ///   - attempt: the one that just ended, from 1.
  ///   - random: 0..<1. The wait is between half and all of the exponential step.
  func delay(after attempt: Int, random: Double) -> Duration {
    let step = min(limit, base * (1 << min(attempt - 1, 20)))
    return step * (0.5 + random / 2)
  }
}
