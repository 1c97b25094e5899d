import Blueprint
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.168.14.1", "192.168.14.1"), ("::", "::"),
    ("::1", "::1"), ("1::", "1::"), ("FD12:3456:789A:0014::0011", "fd12:3456:789a:14::11"),
    // RFC 5952, sections 4.2.2 and 4.2.3.
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("::FFFF:C000:0201", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
  ])
  func readsAndWritesCanonically(_ text: String, _ canonical: String) throws {
    let address = try IPAddress(parsing: text)
    #expect(address.description == canonical)
    #expect(try IPAddress(parsing: address.description) == address)
  }

  @Test(arguments: [
    "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4",
    "+1.2.3.4",
    "1.2.3.", ".1.2.3", "1..2.3", "0x1.2.3.4", "١.2.3.4", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1::2:3:4:5:6:7:8", "1::2::3", "12345::", "g::", ":1::", "1::2:", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::",
    "fe80::1%eth0",
    "[::1]", "::1/64", "1:2:3:4:5:6:7:1.2.3.4", "::+1", "1:2:3:4:5:6:7:", "2001:db8::1::",
  ])
  func refuses(_ text: String) { #expect(throws: AddressError.self) { try IPAddress(parsing: text) } }

  @Test func ordered() throws {
    let addresses = try ["10.0.0.2", "10.0.0.10", "9.255.255.255", "::1", "::"].map { try IPAddress(parsing: $0) }
    #expect(addresses.sorted().map(\.description) == ["9.255.255.255", "10.0.0.2", "10.0.0.10", "::", "::1"])
  }

  @Test(arguments: [
    ("192.168.14.9/26", "192.168.14.0-192.168.14.63"), ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
    ("10.1.2.3/32", "10.1.2.3-10.1.2.3"), ("fd12::14/126", "fd12::14-fd12::17"),
    ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("::1/128", "::1-::1"),
    ("10.128.0.0/9", "10.128.0.0-10.255.255.255"),
  ])
  func networks(_ text: String, _ range: String) throws {
    let cidr = try CIDR(parsing: text)
    #expect(cidr.range.description == range)
    #expect(cidr.contains(cidr.address))
    #expect(try AddressRange(parsing: cidr.network.description) == cidr.range)
    #expect(try AddressRange(parsing: range) == cidr.range)
  }

  @Test func networksThatMeet() throws {
    let home = try CIDR(parsing: "192.168.14.0/26")
    #expect(try home.contains(IPAddress(parsing: "192.168.14.63")))
    #expect(try !home.contains(IPAddress(parsing: "192.168.14.64")))
    #expect(try !home.contains(IPAddress(parsing: "::ffff:192.168.14.1")))
    #expect(try home.overlaps(CIDR(parsing: "192.168.0.0/16")))
    #expect(try !home.contains(CIDR(parsing: "192.168.0.0/16")))
    #expect(try !home.overlaps(CIDR(parsing: "192.168.14.64/26")))
    #expect(try !CIDR(parsing: "0.0.0.0/0").overlaps(CIDR(parsing: "::/0")))
  }

  @Test(arguments: [
    "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "::/129", "/8", "10.0.0.0/8/8", "10/8",
  ])
  func refusesNetworks(_ text: String) { #expect(throws: AddressError.self) { try CIDR(parsing: text) } }

  @Test(arguments: [
    "10.0.0.2-10.0.0.1", "10.0.0.1", "10.0.0.1/24", "10.0.0.1-::1", "-", "10.0.0.1-", "10.0.0.1-2", "a-b",
  ])
  func refusesRanges(_ text: String) { #expect(throws: AddressError.self) { try AddressRange(parsing: text) } }

  @Test func rangesWithSpaces() throws {
    #expect(try AddressRange(parsing: "10.0.0.1 - 10.0.0.2").description == "10.0.0.1-10.0.0.2")
  }
}
