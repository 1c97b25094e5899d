import Blueprint
import Catalog
public import Diagnostics
import JSON

public enum TooFewStorageNodes: Rule {
  public static let about = About(
    "CR0654", "Copies of volumes have no node to spare", .warning,
    why: """
      Each copy of a volume lies on a node of its own. Where as many copies are kept as there are nodes for them, the
      ones of a node that is drained or lost cannot be made anew until it is back: a note, since volumes go on working.
      Copies on a node that is switched off by day are always behind, and every start copies them again.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane, disks: [{device: /dev/sdb, use: longhorn}]}
        - {name: sheep, role: worker, disks: [{device: /dev/sdb, use: longhorn}]}
        - name: duck
          role: worker
          disks: [{device: /dev/sdb, use: longhorn}]
          power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}
      platform:
        longhorn: {replicas: 3}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane, disks: [{device: /dev/sdb, use: longhorn}]}
        - {name: sheep, role: worker, disks: [{device: /dev/sdb, use: longhorn}]}
        - {name: goose, role: worker, disks: [{device: /dev/sdb, use: longhorn}]}
        - name: duck
          role: worker
          disks: [{device: /dev/sdb, use: longhorn}]
          power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}
      platform:
        longhorn: {replicas: 2}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.replicatedStorage.compactMap { storage in
      let steady = storage.nodes.filter { $0.power.mode == .always }
      guard storage.copies > 1, let use = storage.use else { return nil }
      if storage.copies > storage.nodes.count {
        // Of the catalogue's components it is their own complaint.
        guard !storage.isOfCatalogue, let node = storage.nodes.last else { return nil }
        return problem(
          "'\(storage.name)' keeps \(storage.copies) copies, and can keep them on \(storage.nodes.count) "
            + "node\(storage.nodes.count == 1 ? "" : "s")",
          at: use, related: [.init("the last of the nodes", at: node.span)],
          fix: "ask for \(storage.nodes.count) in its values, or add nodes")
      }
      if storage.copies > steady.count, let other = storage.nodes.first(where: { $0.power.mode != .always }) {
        return problem(
          "'\(storage.name)' keeps \(storage.copies) copies, and only \(steady.count) of its nodes are always on",
          at: use, related: [.init("'\(other.name)' is switched off at times", at: other.power.span ?? other.span)],
          fix: "write 'replicas: \(max(1, steady.count))', or give disks to nodes that are always on")
      }
      guard storage.copies == steady.count else { return nil }
      return problem(
        "'\(storage.name)' keeps \(storage.copies) copies on as many nodes: while one is drained, a copy is missing",
        at: use, .note,
        fix: storage.isOfCatalogue
          ? "write 'replicas: \(storage.copies - 1)', or give another node a disk"
          : "ask for \(storage.copies - 1) in its values, or add a node")
    }
  }
}

/// A component that keeps copies of volumes on several nodes.
struct ReplicatedStorage {
  var name: String
  var copies: Int
  /// Those that it keeps copies on.
  var nodes: [NodeSpec]
  var disks: [NodeSpec.Disk]
  var isOfCatalogue = true
  /// Where the component is named.
  var use: SourceSpan?
}

extension Subject {
  var replicatedStorage: [ReplicatedStorage] {
    let kinds: [(NodeSpec.Disk.Use, [Platform.Part])] = [
      (.longhorn, platform.all("longhorn")), (.ceph, platform.all("rook-ceph")),
    ]
    let catalogue = kinds.flatMap { use, all in
      all.filter(platform.isOfCatalogue).map { part in
        let nodes = blueprint.nodes.filter { $0.disks.contains { $0.use == use } }
        let asked =
          use == .longhorn
          ? platform.options(Longhorn.self, of: part)?.replicas : platform.options(RookCeph.self, of: part)?.replicas
        return ReplicatedStorage(
          name: part.name, copies: asked ?? min(3, nodes.count), nodes: nodes,
          disks: nodes.flatMap(\.disks).filter { $0.use == use }, use: blueprint.release(part.name)?.span)
      }
    }
    return catalogue + ownLonghorns
  }

  /// Longhorn's own chart as a release of the user's, which keeps three copies where its values do not say otherwise.
  private var ownLonghorns: [ReplicatedStorage] {
    platform.all("longhorn").filter { !platform.isOfCatalogue($0) }.compactMap { part in
      guard let release = blueprint.release(part.name), release.valuesFrom.isEmpty, !blueprint.nodes.isEmpty else {
        return nil
      }
      let asked =
        release.values[path: "defaultSettings", "defaultReplicaCount"]
        ?? release.values[path: "persistence", "defaultClassReplicaCount"]
      let copies = asked.flatMap { $0.int ?? $0.string.flatMap { Int($0) } } ?? 3
      let marked = blueprint.nodes.filter { $0.disks.contains { $0.use == .longhorn } }
      return ReplicatedStorage(
        name: part.name, copies: copies, nodes: marked.isEmpty ? blueprint.nodes.filter { $0.taints.isEmpty } : marked,
        disks: [], isOfCatalogue: false, use: release.span)
    }
  }
}
