import Blueprint
import Catalog
public import Diagnostics

public enum MoreMemoryThanThereIs: Rule {
  public static let about = About(
    "CR0917", "More memory is asked for than the nodes have", .warning,
    why: """
      Kubernetes places a pod only where its memory request still fits. What the applications of the file ask for, and
      what the components of the platform need for themselves, is more than the nodes that are always on have
      together; some pods will stay pending.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane, hardware: {memory: 2Gi}}
      apps:
        cache:
          image: docker.io/library/redis:8.2.1
          replicas: 3
          resources: {memory: 1Gi}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane, hardware: {memory: 8Gi}}
      apps:
        cache:
          image: docker.io/library/redis:8.2.1
          replicas: 3
          resources: {memory: 1Gi}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    let nodes = blueprint.nodes.filter { $0.power.mode == .always }
    let memories = nodes.compactMap { $0.hardware.memory.flatMap { Mebibytes($0.value)?.count } }
    // Unless all are known there is nothing to compare with.
    guard !memories.isEmpty, memories.count == nodes.count, let place = nodes.first?.hardware.memory else { return [] }
    let applications = blueprint.workloads.filter { $0.release.nodes?.power != .onDemand }.reduce(0) { sum, item in
      sum + (Mebibytes(item.workload.resources.memory)?.count ?? 0) * Double(item.workload.replicas)
    }
    let components = Catalog.overhead(of: blueprint)
    let asked = applications + Double(components.memory + components.memoryPerNode * nodes.count)
    let there = memories.reduce(0, +)
    guard asked > there else { return openNodes(subject, nodes, place.span) }
    return [
      problem(
        "the file asks for \(Mebibytes(asked)) of memory, \(Mebibytes(applications)) of it for applications, and the nodes "
          + "that are always on have \(Mebibytes(there))",
        at: place.span, fix: "ask for less, or add a node")
    ]
  }
  /// The same for applications that tolerate no taint, and the nodes that have none.
  private static func openNodes(_ subject: Subject, _ nodes: [NodeSpec], _ span: SourceSpan) -> [Diagnostic] {
    let open = nodes.filter { node in !node.taints.contains { !$0.hasSuffix(":PreferNoSchedule") } }
    guard open.count < nodes.count else { return [] }
    let asked = subject.blueprint.workloads.reduce(0) { sum, item in
      guard item.workload.tolerations.isEmpty, item.release.nodes == nil, !subject.isOfCatalogue(item.release) else {
        return sum
      }
      return sum + (Mebibytes(item.workload.resources.memory)?.count ?? 0) * Double(item.workload.replicas)
    }
    let there = open.reduce(0) { sum, node in sum + (node.hardware.memory.flatMap { Mebibytes($0.value)?.count } ?? 0) }
    guard asked > there else { return [] }
    return [
      problem(
        "applications ask for \(Mebibytes(asked)) of memory, and the nodes without taints that are always on have "
          + "\(Mebibytes(there))",
        at: span, fix: "ask for less, add a node, or take the taint off one")
    ]
  }
}
