import Blueprint
import Catalog
public import Diagnostics

public enum PodLargerThanAnyNode: Rule {
  public static let about = About(
    "CR0919", "A pod asks for more memory than any node has", .warning,
    why: """
      A pod runs on one node, which must have all the memory that it asks for. However much the nodes have together, one
      that is larger than the largest of them stays pending.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane, hardware: {memory: 8Gi}}
        - {name: sheep, role: worker, hardware: {memory: 8Gi}}
      apps:
        model:
          image: ghcr.io/example/model:1.2
          resources: {memory: 12Gi}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane, hardware: {memory: 8Gi}}
        - {name: sheep, role: worker, hardware: {memory: 16Gi}}
      apps:
        model:
          image: ghcr.io/example/model:1.2
          resources: {memory: 12Gi}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.workloads.compactMap { release, workload in
      let nodes = subject.blueprint.nodes.filter { release.nodes?.fits($0) ?? true }
      let memories = nodes.compactMap { node in
        node.hardware.memory.flatMap { Mebibytes($0.value) }.map { (node.name, $0) }
      }
      guard memories.count == nodes.count, let largest = memories.max(by: { $0.1.count < $1.1.count }),
        let asked = Mebibytes(workload.resources.memory), asked.count > largest.1.count
      else { return nil }
      return problem(
        "a pod of '\(release.name)' asks for \(asked) of memory, and the largest node for it, '\(largest.0)', has "
          + "\(largest.1)",
        at: workload.place(of: "resources"), fix: "ask for less, or add a node with more memory")
    }
  }
}
