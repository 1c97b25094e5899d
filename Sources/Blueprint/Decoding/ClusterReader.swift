import Diagnostics
import YAML

/// Finds and reads the files of one cluster.
struct ClusterReader<Files: Workspace> {
  /// Folders inside folders that are followed: what stops at a symbolic link to a folder above.
  private static var maximumDepth: Int { 16 }

  private let workspace: Files
  private let components: [ComponentKind]
  private let own: ComponentKind.Reader?
  private let environment: String?
  private let problems = Problems()
  private var sources: [String: String] = [:]
  private var documents: [Node] = []
  /// Those that describe components of the user's own.
  private var descriptions: [Node] = []

  init(workspace: Files, components: [ComponentKind], own: ComponentKind.Reader?, environment: String?) {
    self.workspace = workspace
    self.components = components
    self.own = own
    self.environment = environment
  }

  mutating func load(_ path: String) -> ClusterFile.LoadResult {
    var blueprint: Blueprint?
    var environments: [String] = []
    var additions: [ComponentKind] = []
    do throws(WorkspaceError) {
      if let (file, folder) = try locate(path) {
        read(file)
        for part in try parts(beside: file, in: folder) { read(part) }
        for part in try componentFiles(in: folder) where sources[part] == nil { read(part, isComponent: true) }
        include(from: folder)
        environments = Overlay.names(in: documents)
        layEnvironment()
        additions = readComponents()
        let names = Set((components + additions).map(\.name))
        let unknown = descriptions.compactMap { $0["name"]?.scalar?.text }.filter { !names.contains($0) }
        var decoder = ClusterDecoder(
          documents, file: file, folder: folder,
          components: components + additions + unknown.map { ComponentKind(unknown: $0) }, problems)
        blueprint = decoder.decode()
      }
    } catch {
      problems.report("CR0201", error.description, at: nil, fix: "check the path and its permissions")
    }
    let diagnostics = DiagnosticList(withoutConsequences(problems.diagnostics))
    return ClusterFile.LoadResult(
      blueprint: diagnostics.hasErrors ? nil : blueprint, diagnostics: diagnostics, sources: sources,
      environments: environments, components: additions, hasEveryComponent: additions.count == descriptions.count)
  }

  /// The cluster file and its folder, `""` for the working directory; `nil`, with a problem noted, where there is none.
  private func locate(_ path: String) throws(WorkspaceError) -> (file: String, folder: String)? {
    var path = path
    while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if path == "." || path == "./" { path = "" }
    switch try workspace.kind(of: path) {
    case .file:
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      return (path, String(folder.count > 1 ? folder.dropLast() : folder))
    case .folder:
      let file = join(path, "cluster.yaml")
      if try workspace.kind(of: file) == .file { return (file, path) }
      let other = join(path, "cluster.yml")
      let misnamed = try workspace.kind(of: other) == .file
      problems.report(
        "CR0201", "there is no cluster.yaml in \(path.isEmpty ? "this folder" : path)", at: nil,
        fix: misnamed ? "rename \(other) to cluster.yaml" : "write one, or give the path of a cluster's folder")
      return nil
    case nil:
      problems.report(
        "CR0201", "there is no file or folder '\(path)'", at: nil,
        fix: "give the path of a cluster's folder or of its cluster.yaml")
      return nil
    }
  }

  /// Without `.` and, as far as it goes, without `..`: one file has one name.
  private func plain(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  private func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// `nodes.yaml` and `apps/**/*.yaml`, sorted by path.
  private func parts(beside file: String, in folder: String) throws(WorkspaceError) -> [String] {
    var found: [String] = []
    let nodes = join(folder, "nodes.yaml")
    if nodes != file, try workspace.kind(of: nodes) == .file { found.append(nodes) }
    warnAboutName(join(folder, "nodes.yml"), exists: try workspace.kind(of: join(folder, "nodes.yml")) == .file)
    let apps = join(folder, "apps")
    if try workspace.kind(of: apps) == .folder { try collect(apps, depth: 1, into: &found) }
    return found.filter { $0 != file }
  }

  /// `components/*.yaml`. Folders in it are left alone: kustomizations keep components of their own kind so.
  private func componentFiles(in folder: String) throws(WorkspaceError) -> [String] {
    let components = join(folder, "components")
    guard own != nil, try workspace.kind(of: components) == .folder else { return [] }
    var found: [String] = []
    for name in try workspace.list(components).sorted() where !name.hasPrefix(".") {
      let path = join(components, name)
      guard try workspace.kind(of: path) == .file else { continue }
      if name.hasSuffix(".yaml") { found.append(path) } else { warnAboutName(path, exists: name.hasSuffix(".yml")) }
    }
    return found
  }

  /// The components that the documents describe, each name once.
  private func readComponents() -> [ComponentKind] {
    guard let own else { return [] }
    var kinds: [ComponentKind] = []
    var places: [String: SourceSpan] = [:]
    let known = Set(components.map(\.name))
    for document in descriptions {
      guard let kind = own(document, problems) else { continue }
      let place = document["name"]?.span ?? document.span
      if known.contains(kind.name) {
        problems.report(
          "CR0214", "the catalogue has a component '\(kind.name)' already", at: place,
          fix: "call yours otherwise; below 'platform' it can go by any name")
      } else if let first = places[kind.name] {
        problems.report(
          "CR0214", "the component '\(kind.name)' is described twice", at: place,
          related: [.init("it is described here first", at: first)], fix: "rename or remove one of the two")
      } else {
        kinds.append(kind)
        places[kind.name] = place
      }
    }
    return kinds
  }

  private func collect(_ folder: String, depth: Int, into found: inout [String]) throws(WorkspaceError) {
    guard depth <= Self.maximumDepth else {
      problems.report(
        "CR0201", "\(folder) is more than \(Self.maximumDepth) folders deep", at: nil,
        fix: "look for a symbolic link to a folder above it")
      return
    }
    for name in try workspace.list(folder).sorted() where !name.hasPrefix(".") {
      let path = join(folder, name)
      switch try workspace.kind(of: path) {
      case .folder: try collect(path, depth: depth + 1, into: &found)
      case .file where name.hasSuffix(".yaml"): found.append(path)
      case .file: warnAboutName(path, exists: name.hasSuffix(".yml"))
      case nil: continue
      }
    }
  }

  private func warnAboutName(_ path: String, exists: Bool) {
    guard exists else { return }
    problems.append(
      Diagnostic(
        "CR0201", .warning, "\(path) is not read: its name ends in .yml", fix: "rename it to \(path.dropLast(3))yaml"))
  }

  /// Reads the files that the documents name, and those that they name.
  private mutating func include(from folder: String) {
    var next = 0
    while next < documents.count {
      let document = documents[next]
      next += 1
      for element in document["include"]?.elements ?? [] {
        guard let path = element.scalar?.text, !path.isEmpty else { continue }
        let file = plain(join(folder, path))
        // A file that two others name is read once.
        if sources[file] != nil { continue }
        do throws(WorkspaceError) {
          guard try workspace.kind(of: file) == .file else {
            problems.report(
              "CR0201", "there is no file '\(path)'", at: element.span,
              fix: "paths start from the cluster file's folder; correct it, or add the file")
            continue
          }
          read(file)
        } catch {
          problems.report("CR0201", error.description, at: element.span, fix: "check its permissions")
        }
      }
    }
  }

  private mutating func layEnvironment() {
    guard let environment else { return }
    var overlay = Overlay(documents, problems)
    if overlay.lay(environment: environment) {
      documents = overlay.documents
      return
    }
    let names = Overlay.names(in: documents)
    let place = documents.flatMap(\.entries).first { $0.key == "environments" }?.keySpan
    problems.report(
      "CR0225", "there is no environment '\(environment)'", at: place ?? documents.first?.span,
      fix: Suggestion.nearest(to: environment, among: names).map { "did you mean '\($0)'?" }
        ?? (names.isEmpty
          ? "the file has no 'environments:'" : "there are \(names.map { "'\($0)'" }.joined(separator: ", "))"))
  }

  /// - Parameter isComponent: whether every document is to describe a component; else those do that say so.
  private mutating func read(_ file: String, isComponent: Bool = false) {
    do throws(WorkspaceError) {
      let bytes = try workspace.read(file)
      // UTF-16 would be shown as noise.
      if !bytes.contains(0) {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        sources[file] = String(decoding: bytes.dropFirst(mark ? 3 : 0), as: UTF8.self)
      }
      let reading = Document.read(bytes, file: file)
      for problem in reading.problems { problems.append(problem.diagnostic) }
      for document in reading.documents {
        if isComponent || isDescription(document) { descriptions.append(document) } else { documents.append(document) }
      }
    } catch {
      problems.report("CR0201", error.description, at: nil, fix: "check its permissions")
    }
  }

  private func isDescription(_ document: Node) -> Bool {
    document["kind"]?.scalar?.text == "Component"
      && document["apiVersion"]?.scalar?.text.hasPrefix("croft.dev/") == true
  }

  /// What decoding says of a value in which YAML has found fault already says nothing new.
  private func withoutConsequences(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let causes = diagnostics.filter { $0.code.hasPrefix("CR01") }.compactMap(\.span)
    return diagnostics.filter { diagnostic in
      guard let span = diagnostic.span, !diagnostic.code.hasPrefix("CR01") else { return true }
      return !causes.contains { cause in
        cause.file == span.file && cause.line == span.line && span.column <= cause.column
          && cause.column + cause.length <= span.column + span.length
      }
    }
  }
}
