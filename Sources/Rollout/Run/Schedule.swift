import Blueprint

/// Which release may start when: a pure state machine over the release graph.
///
/// A layer opens when every release of the layers below is ready and its waits are over; a release starts when
/// its layer is open, its hard dependencies are ready and its soft ones have ended.
struct Schedule: Sendable {
  enum State: Sendable, Equatable {
    case waiting, running, ready, failed, stopped
    case blocked(by: [String])
    /// Not part of this run.
    case skipped

    var hasEnded: Bool { self != .waiting && self != .running }
  }

  let graph: ReleaseGraph
  private(set) var states: [String: State]
  /// The layer whose releases may start; with declared layers only.
  private(set) var openLayer: Int
  private var isStopped = false

  /// - Parameter selected: the releases of this run; the others count as in order.
  init(_ graph: ReleaseGraph, selected: Set<String>) {
    self.graph = graph
    states = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0, selected.contains($0) ? .waiting : .skipped) })
    openLayer = graph.hasDeclaredLayers ? 0 : graph.layers.count
    passLayersOutsideTheRun()
  }

  /// Releases that can start now, in the order of the file.
  var startable: [String] {
    if isStopped { return [] }
    return graph.nodes.filter { name in
      states[name] == .waiting && (graph.layer(of: name) ?? 0) <= openLayer
        && (graph.hard[name] ?? []).allSatisfy { states[$0.to] == .ready || states[$0.to] == .skipped }
        && (graph.soft[name] ?? []).allSatisfy { states[$0.to]?.hasEnded ?? true }
    }
  }

  /// The open layer has nothing more to do and all of it is in order: its waits can be looked at, then `openNext`.
  var layerIsComplete: Bool {
    openLayer < graph.layers.count
      && graph.layers[openLayer].allSatisfy { states[$0] == .ready || states[$0] == .skipped }
  }

  var hasEnded: Bool { states.values.allSatisfy(\.hasEnded) }

  mutating func openNextLayer() {
    openLayer += 1
    passLayersOutsideTheRun()
  }

  /// A layer that this run leaves alone opens nothing and waits for nothing.
  private mutating func passLayersOutsideTheRun() {
    while openLayer < graph.layers.count, graph.layers[openLayer].allSatisfy({ states[$0] == .skipped }) {
      openLayer += 1
    }
  }

  mutating func start(_ name: String) { states[name] = .running }

  /// Notes how a release ended and blocks what can no longer start.
  /// - Returns: the releases that are blocked from now on.
  mutating func end(_ name: String, _ state: State) -> [String] {
    states[name] = state
    return block()
  }

  /// The waits of the open layer did not come true: what lies above is blocked by it.
  mutating func failLayer() -> [String] {
    let name = graph.layerNames[openLayer]
    var result: [String] = []
    for layer in graph.layers.dropFirst(openLayer + 1) {
      for release in layer where states[release] == .waiting {
        states[release] = .blocked(by: ["layer \(name)"])
        result.append(release)
      }
    }
    return result
  }

  /// Nothing more starts. Returns what did not get its turn.
  mutating func stop() -> [String] {
    isStopped = true
    let names = graph.nodes.filter { states[$0] == .waiting }
    for name in names { states[name] = .stopped }
    return names
  }

  private mutating func block() -> [String] {
    var result: [String] = []
    var changed = true
    while changed {
      changed = false
      for name in graph.nodes where states[name] == .waiting {
        var culprits = (graph.hard[name] ?? []).map(\.to).filter { isHopeless($0) }
        if culprits.isEmpty, graph.hasDeclaredLayers, let layer = graph.layer(of: name) {
          culprits = graph.layers.prefix(layer).joined().filter { states[$0] == .failed }
        }
        if !culprits.isEmpty {
          states[name] = .blocked(by: culprits)
          result.append(name)
          changed = true
        }
      }
    }
    return result
  }

  private func isHopeless(_ name: String) -> Bool {
    switch states[name] {
    case .failed, .blocked, .stopped: true
    default: false
    }
  }
}
