import Rollout

/// Shows a run's events to somebody.
protocol EventRenderer: Sendable {
  /// Takes in the next event, in order.
  func on(_ event: Event) async
  /// Keeps showing what changes by itself, such as elapsed time, until the task is cancelled.
  func animate() async
  /// Somebody asked for a stop.
  func stop() async
  /// What was shown is no longer where it was.
  func redraw() async
  /// The run has ended, with or without its last event.
  func finish() async
}

extension EventRenderer {
  func animate() async {}
  func stop() async {}
  func redraw() async {}
  func finish() async {}
}
