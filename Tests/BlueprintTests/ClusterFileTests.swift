import Blueprint
import Diagnostics
import Testing

@Suite struct ClusterFileTests {
  private static let whole = head + "apps:\n  web: {image: nginx}\n"

  @Test func joinsTheFilesOfAFolder() throws {
    let workspace = MemoryWorkspace([
      "home/cluster.yaml": head + "layers: [{name: a, releases: [web]}]\napps:\n  web: {image: nginx}\n",
      "home/nodes.yaml": "nodes:\n  - {name: cow, role: worker}\n---\nnodes:\n  - {name: pig, role: worker}\n",
      "home/apps/db.yaml": "apps:\n  db: {image: postgres}\nplatform:\n  dns: {image: coredns}\n",
      "home/apps/media/films.yaml": "apps:\n  films: {image: jellyfin}\nlayers: [{name: b, releases: [films]}]\n",
      "home/apps/.hidden.yaml": "nonsense", "home/apps/README.md": "nonsense", "home/values/web.yaml": "nonsense",
      "home/apps/empty.yaml": "# nothing yet\n",
    ])
    let result = ClusterFile.load("home", reading: workspace)
    #expect(result.diagnostics.isEmpty)
    let cluster = try #require(result.blueprint)
    #expect(cluster.nodes.map(\.name) == ["cow", "pig"])
    #expect(cluster.releases.map(\.name) == ["dns", "web", "db", "films"])
    #expect(cluster.layers.map(\.name) == ["a", "b"])
    #expect(cluster.directory == "home")
    #expect(cluster.nodes[1].span == SourceSpan(file: "home/nodes.yaml", line: 5, column: 12, length: 3))
    #expect(
      result.sources.keys.sorted() == [
        "home/apps/db.yaml", "home/apps/empty.yaml", "home/apps/media/films.yaml", "home/cluster.yaml",
        "home/nodes.yaml",
      ])
  }

  @Test(arguments: [
    ("", "cluster.yaml", "."), (".", "cluster.yaml", "."), ("./", "cluster.yaml", "."),
    ("cluster.yaml", "cluster.yaml", "."),
    ("./cluster.yaml", "cluster.yaml", "."), ("a/b", "a/b/cluster.yaml", "a/b"), ("a/b/", "a/b/cluster.yaml", "a/b"),
    ("./a/b//", "a/b/cluster.yaml", "a/b"), ("a/b/cluster.yaml", "a/b/cluster.yaml", "a/b"),
    ("/a", "/a/cluster.yaml", "/a"),
    ("a/other.yaml", "a/other.yaml", "a"),
  ])
  func takesTheFolderOrTheFile(_ path: String, _ file: String, _ folder: String) throws {
    let result = ClusterFile.load(path, reading: MemoryWorkspace([file: Self.whole]))
    let cluster = try #require(result.blueprint)
    #expect(cluster.span.file == file)
    #expect(cluster.directory == folder)
  }

  @Test func whatIsNotThereOrCannotBeRead() {
    var workspace = MemoryWorkspace(["home/cluster.yaml": Self.whole, "home/nodes.yaml": "nodes: []\n"])
    func messages(_ path: String) -> [String] {
      ClusterFile.load(path, reading: workspace).diagnostics.map { "\($0.code) \($0.message)" }
    }
    #expect(messages("away") == ["CR0201 there is no file or folder 'away'"])
    #expect(messages("") == ["CR0201 there is no cluster.yaml in this folder"])
    workspace.locked = ["home/nodes.yaml"]
    #expect(messages("home") == ["CR0201 home/nodes.yaml cannot be read: Permission denied"])
    workspace.locked = ["home/cluster.yaml"]
    #expect(messages("home") == ["CR0201 home/cluster.yaml cannot be read: Permission denied"])
  }

  @Test func foldersWithoutEnd() throws {
    let deep = "apps/" + (0..<20).map { "d\($0)/" }.joined() + "x.yaml"
    let result = ClusterFile.load("", reading: MemoryWorkspace(["cluster.yaml": Self.whole, deep: "apps: {}\n"]))
    #expect(result.blueprint == nil)
    #expect(result.diagnostics.first?.message.contains("more than 16 folders deep") == true)
  }

  @Test func readsTheFileSystem() throws {
    let folder = "\(#filePath.dropLast("/ClusterFileTests.swift".count))/Malformed/names-in-two-files"
    let result = ClusterFile.load(folder)
    #expect(result.diagnostics.count(.error) == 5)
    #expect(result.sources.count == 4)
    #expect(throws: WorkspaceError(path: folder, reason: "Is a directory")) { try FileWorkspace().read(folder) }
    #expect(throws: WorkspaceError.self) { try FileWorkspace().list(folder + "/cluster.yaml") }
    #expect(try FileWorkspace().kind(of: folder + "/cluster.yaml/x") == nil)
  }

  @Test func anchorsWorkAcrossReleases() throws {
    let cluster = try blueprint(
      head + """
        apps:
          web:
            image: nginx
            resources: &small {cpu: 100m, memory: 64Mi}
          api: {image: caddy, resources: {<<: *small, memory: 1Gi}}
        """)
    guard case .image(let api)? = cluster.release("api")?.source else { return }
    #expect(api.resources.cpu == "100m")
    #expect(api.resources.memory == "1Gi")
  }
}
