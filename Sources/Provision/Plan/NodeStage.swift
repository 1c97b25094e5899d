/// What is done to a machine in one go. Stages follow each other in this order; `--tags` names them.
public enum NodeStage: String, Sendable, CaseIterable, Comparable {
  /// Repositories and packages.
  case packages
  /// Accounts and their keys.
  case users
  /// Who may log in, and how.
  case ssh
  /// Settings and modules of the kernel, files, units, the time.
  case system
  /// The kernel's command line.
  case boot
  case disks
  /// Fixed addresses.
  case network
  /// What Kubernetes reads. Who starts and restarts Kubernetes applies it.
  case kubernetes

  public static func < (a: NodeStage, b: NodeStage) -> Bool { a.place < b.place }
  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// What makes a machine ready for Kubernetes.
  public static let preparation: Set<NodeStage> = Set(allCases).subtracting([.kubernetes])
}
