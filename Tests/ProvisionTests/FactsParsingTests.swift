import JSON
import Testing

@testable import Provision

/// What programs of Debian print, part by part.
struct FactsParsingTests {
  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  @Test func lsblkOfARaspberryPi() throws {
    let disks = try FactsReader.disks(
      lines(
        """
        {
           "blockdevices": [
              {
                 "path": "/dev/mmcblk0", "type": "disk", "size": 31914983424, "fstype": null, "mountpoint": null,
                 "serial": "0x8a1c3d5e", "model": null, "uuid": null,
                 "children": [
                    {"path": "/dev/mmcblk0p1", "type": "part", "size": "536870912", "fstype": "vfat",
                     "mountpoint": "/boot/firmware", "serial": null, "model": null, "uuid": "91FE-7499"},
                    {"path": "/dev/mmcblk0p2", "type": "part", "size": 31373918208, "fstype": "ext4",
                     "mountpoint": "/", "serial": null, "model": null, "uuid": "56f80fa2"}
                 ]
              },
              {"path": "/dev/nvme0n1", "type": "disk", "size": 1000204886016, "fstype": "ceph_bluestore",
               "mountpoint": null, "serial": "S649NX0R", "model": "Samsung SSD 980 1TB             ", "uuid": null}
           ]
        }
        """))
    #expect(disks.map(\.path) == ["/dev/mmcblk0", "/dev/nvme0n1"])
    #expect(disks[0].all.compactMap(\.mount) == ["/boot/firmware", "/"])
    #expect(disks[0].children[0].size == 536_870_912)
    #expect(disks[1].model == "Samsung SSD 980 1TB")
    #expect(disks[1].serial == "S649NX0R")
    #expect(throws: FactsError.self) { try FactsReader.disks(lines("{\"blockdevices\": [")) }
    #expect(throws: FactsError.self) { try FactsReader.disks(lines("lsblk: unknown column: PATH")) }
  }

  @Test func interfacesAndRoutes() throws {
    let interfaces = try FactsReader.interfaces(
      lines(
        """
        [{"ifindex":1,"ifname":"lo","operstate":"UNKNOWN","address":"00:00:00:00:00:00","addr_info":[]},
        {"ifindex":2,"ifname":"eth0","operstate":"UP","address":"d8:3a:dd:11:22:33","addr_info":[
        {"family":"inet","local":"192.168.14.11","prefixlen":26,"scope":"global","label":"eth0"},
        {"family":"inet6","local":"fd12::11","prefixlen":64,"scope":"global","dynamic":true}]}]
        """))
    #expect(interfaces[1].mac == "d8:3a:dd:11:22:33")
    #expect(
      interfaces[1].addresses == [
        .init(address: "192.168.14.11", prefix: 26, isDynamic: false),
        .init(address: "fd12::11", prefix: 64, isDynamic: true),
      ])
    #expect(
      try FactsReader.routes(
        lines("default via 192.168.14.1 dev eth0 proto dhcp src 192.168.14.11 metric 100 \ndefault dev wg0 scope link ")
      )
        == [.init(gateway: "192.168.14.1", interface: "eth0"), .init(gateway: "", interface: "wg0")])
  }

  @Test func listenersAmongThoseAskedFor() throws {
    var request = FactsRequest()
    request.ports = [6443, 10250]
    let text = """
      @ports
       LISTEN 0 4096 127.0.0.1:10248 0.0.0.0:* users:(("kubelet",pid=700,fd=9))
       LISTEN 0 4096 *:6443 *:* users:(("k3s-server",pid=612,fd=14)) unit=k3s.service
       LISTEN 0 4096 [::1]:10250 [::]:*
      =ok
      .end

      """
    let reader = FactsReader(frames: try Frames(parsing: Array(text.utf8)), request: request)
    #expect(
      try reader.listeners()
        == .known([
          .init(port: 6443, program: "k3s-server", unit: "k3s.service"), .init(port: 10250, program: nil, unit: nil),
        ]))
  }

  @Test(arguments: [
    ("ssh-ed25519 AAAA me@desk", "ssh-ed25519 AAAA", false),
    ("from=\"10.0.0.0/8\",command=\"echo hi there\" ssh-rsa BBBB", "ssh-rsa BBBB", true),
    ("sk-ssh-ed25519@openssh.com CCCC", "sk-ssh-ed25519@openssh.com CCCC", false),
  ])
  func authorizedKeys(line: String, key: String, isRestricted: Bool) {
    #expect(HostFacts.AuthorizedKey(line: line[...]) == .init(key: key, isRestricted: isRestricted))
  }

  @Test func whatIsNoKeyIsNone() {
    #expect(HostFacts.AuthorizedKey(line: "hello there") == nil)
    #expect(HostFacts.AuthorizedKey(line: "ssh-rsa") == nil)
  }

  @Test func fingerprintsAreThoseOfSSHKeygen() {
    let key = HostFacts.AuthorizedKey(
      key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9uA1mPyXkC0wT2rD5eZ8vB4nQ7sK6fH3gL1xR0yWzE", isRestricted: false)
    #expect(key.fingerprint.hasPrefix("SHA256:"))
    #expect(key.fingerprint.utf8.count == 50)
  }

  @Test func k3sAndItsDatastore() throws {
    let k3s = try FactsReader.k3s(
      lines("version k3s version v1.33.4+k3s1 (148243c4)\ndatastore etcd\ntoken yes\nagent yes\nimages yes"))
    #expect(
      k3s == .init(version: "v1.33.4+k3s1", datastore: .etcd, hasNodeToken: true, hasAgent: true, hasImages: true))
    #expect(try FactsReader.k3s([]) == .init())
    #expect(throws: FactsError.self) { try FactsReader.k3s(lines("version k3s: not found")) }
  }

  @Test func packagesThatAreInstalled() throws {
    #expect(
      try FactsReader.packages(
        lines("ii  curl 7.88.1-10+deb12u5\nrc  nginx 1.22.1-9\nun  vim \nhi  linux-image-amd64 6.1.90-1"))
        == ["curl": "7.88.1-10+deb12u5", "linux-image-amd64": "6.1.90-1"])
    #expect(throws: FactsError.self) { try FactsReader.packages(lines("dpkg-query: error: something is wrong here")) }
  }

  @Test func aClockIsOffByWhatTheRoundTripDoesNotExplain() throws {
    func skew(_ now: String) throws -> Double {
      let text = "@clock\n now \(now)\n synchronized no\n=ok\n.end\n"
      return try FactsReader(frames: Frames(parsing: Array(text.utf8)), request: FactsRequest())
        .clock(started: 1000, ended: 1002).skew
    }
    #expect(try skew("1001.5") == 0)
    #expect(try skew("1602.000000000") == 600)
    #expect(try skew("940.0") == -60)
    #expect(throws: FactsError.self) { try skew("soon") }
  }

  @Test func everyFactIsInTheJSON() throws {
    let json = HostFacts.pi.json
    #expect(json[path: "host", "model"]?.string == "Raspberry Pi 5 Model B Rev 1.0")
    #expect(json[path: "bootLoader", "kind"]?.string == "raspberryPi")
    #expect(json[path: "users", "k3s", "groups"]?[0]?.string == "k3s")
    let members = Mirror(reflecting: HostFacts()).children.compactMap(\.label)
    #expect(Set(json.object?.keys ?? []) == Set(members))
    #expect(HostFacts().json["disks"] == ["unknown": "not asked"])
  }
}
