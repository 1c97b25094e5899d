/// How long a request is tried again when the server is busy, restarting or out of reach.
public struct RetryPolicy: Sendable, Equatable {
  /// Tries of one request, the first included.
  public var attempts: Int
  /// No try starts later than this after the first.
  public var total: Duration
  /// Tries while the server has never answered: a wrong address should be reported soon.
  public var firstContactAttempts: Int
  /// The wait after the first try; each later one is twice as long, with jitter.
  public var firstDelay: Duration
  public var longestDelay: Duration

  public init(
    attempts: Int = 12, total: Duration = .seconds(90), firstContactAttempts: Int = 3,
    firstDelay: Duration = .milliseconds(200), longestDelay: Duration = .seconds(15)
  ) {
    self.attempts = attempts
    self.total = total
    self.firstContactAttempts = firstContactAttempts
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
  }

  public static let never = RetryPolicy(attempts: 1, firstContactAttempts: 1)

  /// The wait before the next try.
  /// - Parameters:
  ///   - attempt: Tries so far.
  ///   - asked: What the server asked for; it is never undercut.
  ///   - random: From 0 up to 1.
  func delay(after attempt: Int, asked: Duration?, random: Double) -> Duration {
    let exponent = min(attempt - 1, 20)
    let backOff = min(firstDelay * (1 << exponent), longestDelay)
    let jittered = backOff * (0.5 + 0.5 * random)
    guard let asked else { return jittered }
    return asked + min(jittered, .seconds(1))
  }
}

/// Told before a request is tried again.
public struct RetryNotice: Sendable {
  /// `PATCH deployments.apps home/web`.
  public var request: String
  /// Why the last try did not do: the error's text.
  public var reason: String
  /// Tries so far.
  public var attempt: Int
  /// The wait before the next one.
  public var delay: Duration
  public init(request: String, reason: String, attempt: Int, delay: Duration) {
    self.request = request
    self.reason = reason
    self.attempt = attempt
    self.delay = delay
  }
}
