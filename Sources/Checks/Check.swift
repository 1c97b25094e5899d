public import Blueprint
public import Diagnostics

/// Everything that the rules have to say about a cluster file, in the order of the file.
public func check(_ blueprint: Blueprint, workspace: any Workspace = FileWorkspace()) -> [Diagnostic] {
  let subject = Subject(blueprint, workspace: workspace)
  return Array(DiagnosticList(allRules.flatMap { $0.check(subject) }))
}

/// What `croft explain` can explain of these rules.
public var pages: [Page] { allRules.map { $0.page } }
