import Blueprint
import Catalog
import Checks
import Diagnostics

/// The files of a new cluster.
struct Scaffold: Sendable {
  var name: String
  var files: [ScaffoldFile]
  /// Whether `croft up` makes the cluster, from its machines on.
  private(set) var isBroughtUp = false

  /// A cluster of a few answers.
  init(_ answers: ClusterAnswers) {
    name = answers.name
    files = [ScaffoldFile(path: "cluster.yaml", text: answers.text)]
    addCommonFiles()
  }

  /// A copy of an example, under a name of its own where there is one.
  init(_ example: Example, name: String?) {
    self.name = name ?? example.name
    files = example.files
    if let name, let index = files.firstIndex(where: { $0.path == "cluster.yaml" }) {
      files[index].text = Self.rename(files[index].text, to: name)
    }
    addCommonFiles()
  }

  private mutating func addCommonFiles() {
    if let blueprint = Catalog.loadCluster("cluster.yaml", reading: ScaffoldWorkspace(files: files)).blueprint {
      let isK3s =
        blueprint.kubernetes?.distribution == .k3s && !blueprint.nodes.isEmpty
        && blueprint.nodes.allSatisfy { blueprint.system(of: $0) == .debian }
      isBroughtUp = isK3s || blueprint.kubernetes?.distribution == .k3d
    }
    for file in [readme, Self.gitignore] where !files.contains(where: { $0.path == file.path }) { files.append(file) }
  }

  /// Commands in the order in which one wants them, and what they do.
  var steps: [(command: String, meaning: String)] {
    let begin = [
      ("croft check", "finds mistakes, without a cluster"),
      ("croft secrets init", "makes a key for secrets, once, if you have any"),
      ("croft doctor", "says what is missing on this machine"),
    ]
    if isBroughtUp {
      return begin + [("croft up", "brings up the machines, Kubernetes on them, and all that runs there")]
    }
    return begin + [
      ("croft render", "writes what brings up the machines, and Kubernetes on them"),
      ("croft plan", "shows what a deploy would change, once a Kubernetes runs"),
    ]
  }

  /// Errors that `croft check` would find, in words that need no place in a file.
  var mistakes: [String] {
    let workspace = ScaffoldWorkspace(files: files)
    var result = Catalog.loadCluster("cluster.yaml", reading: workspace)
    if let blueprint = result.blueprint {
      result.diagnostics.append(contentsOf: Checks.check(blueprint, workspace: workspace))
    }
    return result.diagnostics.filter { $0.severity == .error }.map { diagnostic in
      [diagnostic.message, diagnostic.fix].compactMap { $0 }.joined(separator: "; ")
    }
  }

  private static func rename(_ text: String, to name: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let index = lines.firstIndex(where: { $0.hasPrefix("name:") }) {
      lines[index] = "name: \(ClusterAnswers.quoted(name))"
    }
    return lines.joined(separator: "\n")
  }
}

// MARK: Files that every cluster gets

extension Scaffold {
  private var readme: ScaffoldFile {
    let up =
      isBroughtUp ? "croft up        # from bare machines to all of it; what is there already stays\n" : ""
    return ScaffoldFile(
      path: "README.md",
      text: """
        # \(name)

        A Kubernetes cluster, described for Croft.

        | file | what it is | in Git |
        |---|---|---|
        | `cluster.yaml` | what the cluster is to be; `nodes.yaml` and `apps/**/*.yaml` can hold parts of it | yes |
        | `secrets/*.sops.yaml` | Secrets, encrypted; `croft secrets init` makes your key | yes |
        | `croft.lock` | the versions of charts that were deployed | yes |
        | `generated/` | what `croft render` makes for other tools; never edited | yes |

        ```sh
        croft check     # finds mistakes, without a cluster
        croft fmt       # lays the files out in one way
        \(up)croft plan      # shows what a deploy would change
        croft deploy    # makes the cluster what the file says
        croft status    # shows what is ready and what is not
        ```

        """)
  }

  /// `generated/` stays in Git: there a change of one line shows what follows from it, and Argo CD or Flux read it.
  private static let gitignore = ScaffoldFile(
    path: ".gitignore",
    text: """
      # Private keys, and what is not encrypted.
      *.agekey
      age.key
      keys.txt
      *.key
      *.dec.*
      .env
      # Encrypted, whatever the name is.
      !*.sops.*

      # Access to the cluster.
      kubeconfig
      kubeconfig.*
      *.kubeconfig
      talosconfig

      # generated/ and croft.lock belong into Git: they show what a change of cluster.yaml leads to.

      """)
}

/// The files of a scaffold as if they had been written.
private struct ScaffoldWorkspace: Workspace {
  var files: [ScaffoldFile]

  func kind(of path: String) throws(WorkspaceError) -> WorkspaceKind? {
    let path = normal(path)
    if files.contains(where: { $0.path == path }) { return .file }
    return path.isEmpty || files.contains { $0.path.hasPrefix(path + "/") } ? .folder : nil
  }

  func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
    guard let file = files.first(where: { $0.path == normal(path) }) else {
      throw WorkspaceError(path: path, reason: "No such file or directory")
    }
    return Array(file.text.utf8)
  }

  func list(_ path: String) throws(WorkspaceError) -> [String] {
    let prefix = normal(path).isEmpty ? "" : normal(path) + "/"
    let names = files.compactMap { file in
      file.path.hasPrefix(prefix) ? file.path.dropFirst(prefix.count).split(separator: "/").first : nil
    }
    return Array(Set(names.map(String.init)))
  }

  /// From the cluster's folder, which is the working directory here.
  private func normal(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
