import JSON
import Rollout

/// A run for programs: one JSON object a line and event.
actor JSONLines: EventRenderer {
  private let output: Output
  private let time: @Sendable () -> Double

  /// - Parameter time: Seconds since 1970.
  init(output: Output, time: @escaping @Sendable () -> Double) {
    self.output = output
    self.time = time
  }

  func on(_ event: Event) { output.line(event.json(at: time()).text) }
}
