public import Diagnostics

/// The order in which releases can be deployed: the one answer that the checks report on and the roll-out follows.
///
/// Edges point from a release to what it needs. Dependencies on names that no release has, and on the release itself,
/// are left out: rules of their own report them. Everything is in the order of the file, so the same file always gives
/// the same graph. Of two releases with the same name the first counts; so does the first of two layers.
public struct ReleaseGraph: Sendable {
  /// `from` needs `to`.
  public struct Edge: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
      /// `dependsOn`
      case hard
      /// `after`
      case soft
      /// `from` stands in a later layer than `to`.
      case layer
    }
    public var from: String
    public var to: String
    /// Where the dependency is written; for `layer`, where the layer lists `from`.
    public var span: SourceSpan
    public var kind: Kind
    public init(from: String, to: String, span: SourceSpan, kind: Kind) {
      self.from = from
      self.to = to
      self.span = span
      self.kind = kind
    }
  }

  /// Every release once, in the order of the file.
  public let nodes: [String]
  /// By dependent.
  public let hard: [String: [Edge]]
  /// By dependent, without the dropped ones.
  public private(set) var soft: [String: [Edge]] = [:]
  /// Soft edges that would close a cycle with hard edges, with layers or with soft edges written before them.
  public private(set) var dropped: [Edge] = []
  /// Orders that nothing can follow: cycles of hard edges, and hard edges into a later layer, closed by a layer edge.
  /// A hard cycle starts at the release that stands first in the file, the other kind at the one in the earlier layer;
  /// the last edge leads back there.
  public let cycles: [[Edge]]

  /// With declared layers: these, in their order, and behind them one more for what no layer names, where there is
  /// such. A release that no layer names but that one in a layer needs, however indirectly, belongs to the first layer
  /// that needs it. Without declared layers: depth levels, each release above all that it needs; they only describe,
  /// there is no barrier between them (what is on a cycle comes last). Every release is in exactly one.
  public let layers: [[String]]
  /// What people call each of `layers`.
  public let layerNames: [String]
  /// Whether the file declares layers, so that each starts only when the one before it is healthy.
  public let hasDeclaredLayers: Bool

  /// What the layer of undeclared releases is called.
  public static let restName = "rest"

  private let layerIndex: [String: Int]
  private let layerSpans: [String: SourceSpan]
  private let hardDependents: [String: [Edge]]

  public init(_ blueprint: Blueprint) {
    var needs: [String: (hard: [Dependency], soft: [Dependency])] = [:]
    var nodes: [String] = []
    for release in blueprint.releases where needs[release.name] == nil {
      needs[release.name] = (release.dependsOn, release.after)
      nodes.append(release.name)
    }
    self.nodes = nodes

    func edges(of name: String, to others: [Dependency], _ kind: Edge.Kind) -> [Edge] {
      var seen: Set<String> = [name]
      return others.filter { needs[$0.name] != nil && seen.insert($0.name).inserted }
        .map { Edge(from: name, to: $0.name, span: $0.span, kind: kind) }
    }
    let hard = Dictionary(uniqueKeysWithValues: nodes.map { ($0, edges(of: $0, to: needs[$0]!.hard, .hard)) })
    self.hard = hard
    hardDependents = Dictionary(grouping: nodes.flatMap { hard[$0]! }, by: \.to)

    let placement = blueprint.layers.isEmpty ? nil : LayerPlacement(blueprint, nodes: nodes, hard: hard)
    hasDeclaredLayers = placement != nil
    layerSpans = placement?.spans ?? [:]
    let declared = placement?.index ?? [:]

    let hardCycles = HardCycles(nodes: nodes, edges: hard).find()
    let cyclic = Set(hardCycles.joined())
    cycles =
      hardCycles + nodes.flatMap { hard[$0]! }.filter { !cyclic.contains($0) }.compactMap { placement?.impossible($0) }

    // A soft edge stays where what it waits for does not itself, in the end, wait for it.
    let wishes = nodes.flatMap { edges(of: $0, to: needs[$0]!.soft, .soft) }
    let possible = wishes.filter { (declared[$0.from] ?? 0) >= (declared[$0.to] ?? 0) }
    var kept = hard.merging(Dictionary(grouping: possible, by: \.from)) { $0 + $1 }
    if possible.count < wishes.count || !depthLevels(nodes: nodes, edges: kept).unordered.isEmpty {
      kept = hard
      let allowed = Set(possible)
      for edge in wishes {
        if !allowed.contains(edge) || shortestPath(from: edge.to, to: edge.from, edges: kept) != nil {
          dropped.append(edge)
        } else {
          kept[edge.from, default: []].append(edge)
        }
      }
    }
    soft = kept.mapValues { $0.filter { $0.kind == .soft } }.filter { !$0.value.isEmpty }

    if let placement {
      layerIndex = placement.index
      layers = placement.layers
      layerNames =
        blueprint.layers.map(\.name) + (layers.count > blueprint.layers.count ? [Self.restName] : [])
    } else {
      let (levels, unordered) = depthLevels(nodes: nodes, edges: kept)
      layers = unordered.isEmpty ? levels : levels + [unordered]
      layerNames = layers.indices.map { "level \($0 + 1)" }
      layerIndex = Dictionary(
        uniqueKeysWithValues: layers.enumerated().flatMap { index, names in names.map { ($0, index) } })
    }
  }

  /// The position in `layers`; `nil` for a name that no release has.
  public func layer(of name: String) -> Int? { layerIndex[name] }

  /// Releases with a hard edge to this one, in the order of the file.
  public func dependents(of name: String) -> [String] { (hardDependents[name] ?? []).map(\.from) }

  /// Every release that cannot start while this one is not ready, by hard edges however indirect, in the order of the
  /// file. Layers are not counted.
  public func allDependents(of name: String) -> [String] { closure(of: name) { dependents(of: $0) } }

  /// Everything that must be ready before this release, by hard edges however indirect, in the order of the file.
  public func allDependencies(of name: String) -> [String] {
    closure(of: name) { (hard[$0] ?? []).map(\.to) }
  }

  /// The shortest way along hard and kept soft edges from a release to something it needs; where there is none and the
  /// layers alone put one after the other, that one layer edge. `nil` where `from` does not wait for `to`.
  public func path(from: String, to: String) -> [Edge]? {
    let edges = hard.merging(soft) { $0 + $1 }
    return shortestPath(from: from, to: to, edges: edges) ?? layerEdge(from: from, to: to).map { [$0] }
  }

  /// The shortest way along hard edges alone; `nil` where `from` can start without `to`, layers aside.
  public func hardPath(from: String, to: String) -> [Edge]? { shortestPath(from: from, to: to, edges: hard) }

  private func layerEdge(from: String, to: String) -> Edge? {
    guard hasDeclaredLayers, let high = layerIndex[from], let low = layerIndex[to], low < high,
      let span = layerSpans[from]
    else { return nil }
    return Edge(from: from, to: to, span: span, kind: .layer)
  }

  private func closure(of name: String, _ next: (String) -> [String]) -> [String] {
    var found: Set<String> = []
    var pending = next(name)
    while let current = pending.popLast() {
      if found.insert(current).inserted { pending += next(current) }
    }
    return nodes.filter { found.contains($0) }
  }
}
