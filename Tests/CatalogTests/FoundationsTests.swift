import Blueprint
import Catalog
import Testing

@Suite struct FoundationsTests {
  private struct Files: Workspace {
    func read(_ path: String) throws(WorkspaceError) -> [UInt8] { Array(FoundationsTests.file.utf8) }
    func kind(of path: String) throws(WorkspaceError) -> WorkspaceKind? {
      path.isEmpty ? .folder : path == "cluster.yaml" ? .file : nil
    }
    func list(_ path: String) throws(WorkspaceError) -> [String] { [] }
  }

  private static let file = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    domain: home.example.net
    platform:
      gateway-api: {}
      cilium: {}
      coredns: {}
      longhorn: {}
      metrics-server: {}
      flux: {}
    apps:
      web: {image: nginx, port: 80}
      files: {image: nginx, port: 80, storage: {data: {size: 1Gi, mount: /data}}}
    """

  private func before(_ name: String) throws -> Set<String> {
    let blueprint = try #require(loadCluster("", reading: Files()).blueprint)
    let release = try #require(blueprint.release(name))
    return Set((release.dependsOn + release.after).map(\.name))
  }

  @Test func nothingStartsBeforeThereIsANetwork() throws {
    for name in ["web", "files", "metrics-server", "flux", "flux-operator", "longhorn"] {
      #expect(try before(name).isSuperset(of: ["cilium", "coredns"]), "\(name)")
    }
    #expect(try before("coredns").contains("cilium"))
  }

  @Test func onlyWhatKeepsDataWaitsForVolumes() throws {
    #expect(try before("files").contains("longhorn"))
    #expect(try !before("web").contains("longhorn"))
  }

  @Test func foundationsDoNotWaitForWhatFollows() throws {
    #expect(try before("gateway-api").isEmpty)
    #expect(try before("cilium") == ["gateway-api"])
  }
}
