public import Blueprint
public import Diagnostics

/// Everything that the rules have to say about a cluster file, in the order of the file.
/// - Parameter manifests: kept for whoever rolls the cluster out, so that no file is read twice.
public func check(
  _ blueprint: Blueprint, workspace: any Workspace = FileWorkspace(), manifests: Manifests? = nil
) -> [Diagnostic] {
  let subject = Subject(blueprint, workspace: workspace, manifests: manifests)
  return Array(DiagnosticList(allRules.flatMap { $0.check(subject) }))
}

/// What `croft explain` can explain of these rules.
public var pages: [Page] { allRules.map { $0.page } }
