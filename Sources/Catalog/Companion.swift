package import JSON

/// Another release that a component needs, in its namespace and before its own.
package struct Companion: Sendable {
  /// Comes after the component's name: `operator` of `rook-ceph` is the release `rook-ceph-operator`.
  package var suffix: String
  package var chart: ChartReference?
  package var values: JSON
  package var objects: [JSON]
  /// What must be ready before the next release starts.
  package var waitFor: [String]

  package init(
    _ suffix: String, chart: ChartReference? = nil, values: JSON = [:], objects: [JSON] = [], waitFor: [String] = []
  ) {
    self.suffix = suffix
    self.chart = chart
    self.values = values
    self.objects = objects
    self.waitFor = waitFor
  }
}
