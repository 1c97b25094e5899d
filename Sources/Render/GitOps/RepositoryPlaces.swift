import Blueprint

extension GitOpsSpec {
  /// The folder of the tree in the repository: what the engine follows is a part of it, `home/generated/flux`.
  var tree: String {
    let suffix = "/\(engine.rawValue)"
    return path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : "generated"
  }

  /// What lies beside the cluster file, as the repository has it.
  func place(beside path: String) -> String {
    guard let slash = tree.lastIndex(of: "/") else { return path }
    return "\(tree[..<slash])/\(path)"
  }

  /// What is applied once, so that the engine follows the rest (`kubectl apply --kustomize`): Croft's own, or whatever the
  /// repository of somebody's own has.
  var bootstrap: String {
    guard path == "\(tree)/\(engine.rawValue)" else { return path }
    return engine == .argocd ? "\(path)/bootstrap" : path
  }
}
