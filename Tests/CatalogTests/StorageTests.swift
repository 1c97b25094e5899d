import Blueprint
import Catalog
import Testing

@Suite struct StorageTests {
  private static func blueprint(_ fixture: String) throws -> Blueprint {
    let file = try #require(ComponentFixture.all.first { $0.name == fixture })
    return try #require(file.load().blueprint)
  }

  @Test func knowsTheClasses() throws {
    let classes = storageClasses(of: try Self.blueprint("storage"))
    #expect(
      classes == [
        .init(name: "ceph-block", owner: "rook-ceph", isDefault: true, isRetained: true),
        .init(name: "ceph-filesystem", owner: "rook-ceph", isDefault: false, isRetained: true),
        .init(name: "ceph-bucket", owner: "rook-ceph", isDefault: false, isRetained: true),
        .init(name: "local-hostpath", owner: "local-path", isDefault: false, isRetained: false),
        .init(name: "nfs", owner: "csi-driver-nfs", isDefault: false, isRetained: true),
        .init(name: "zfs-nfs", owner: "democratic-csi", isDefault: false, isRetained: false),
        .init(name: "truenas-nfs", owner: "truenas", isDefault: false, isRetained: false),
      ])
  }

  /// Only one class is for claims that name none, whatever there is; k3s' own cannot be told.
  @Test(arguments: ["storage", "storage-plain", "longhorn", "mesh"])
  func oneClassIsTheDefault(_ fixture: String) throws {
    #expect(storageClasses(of: try Self.blueprint(fixture)).count { $0.isDefault && $0.owner != nil } == 1)
  }

  @Test func k3sBringsItsOwn() throws {
    #expect(storageClasses(of: try Self.blueprint("longhorn")).last?.name == "local-path")
    #expect(!storageClasses(of: try Self.blueprint("storage")).contains { $0.name == "local-path" })
  }
}
