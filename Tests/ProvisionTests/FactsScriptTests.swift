import Glibc
import Process
import Testing

@testable import Provision

/// The script itself, on the machine that runs the tests.
struct FactsScriptTests {
  private func facts(_ request: FactsRequest) async throws -> HostFacts {
    let clock = ContinuousClock()
    let before = Self.now()
    let start = clock.now
    let output = try await Command("/bin/sh", ["-s"], input: Array(FactsScript(request: request).text.utf8)).run()
    let elapsed = clock.now - start
    #expect(output.isSuccess, "\(output)")
    return try HostFacts(
      parsing: output.standardOutput, of: request, started: before,
      ended: before + Double(elapsed.components.seconds) + 1)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func everythingThatIsAlwaysAskedIsKnownHere() async throws {
    let facts = try await facts(FactsRequest())
    #expect(!facts.host.name.isEmpty)
    #expect(facts.host.cpus > 0)
    #expect(facts.host.memory > 64 << 20)
    #expect(facts.host.bootID.count == 36)
    #expect(facts.system.value?.isDebian == true)
    #expect(facts.kernelArguments.value != nil)
    #expect(facts.memoryController.value != nil)
    #expect(facts.space.value?.first?.mount == "/")
    #expect(abs(facts.clock.skew) < 2)
    #expect(facts.modules == .known([:]))
    #expect(facts.packages == .known([:]))
    #expect(facts.files == .known([:]))
    #expect(facts.k3s.value != nil)
    #expect(facts.users.value?.users[facts.host.user] != nil)
  }

  @Test func whatIsAskedForIsFound() async throws {
    var request = FactsRequest()
    request.packages = ["dash", "no-such-package"]
    request.files = ["/etc/passwd", "/no/such/file", "/etc"]
    request.users = ["root", "nobody-here"]
    request.groups = ["root", "no-such-group"]
    request.sysctls = ["net.ipv4.ip_forward", "no.such.setting"]
    request.modules = ["no_such_module"]
    let facts = try await facts(request)
    #expect(facts.packages.value?.keys.sorted() == ["dash"])
    #expect(facts.files.value?.keys.sorted() == ["/etc/passwd"])
    let file = try #require(facts.files.value?["/etc/passwd"])
    #expect(file.mode == "0644")
    #expect(file.owner == "root")
    #expect(file.digest.count == 64)
    #expect(facts.users.value?.users["root"]?.home == "/root")
    #expect(facts.users.value?.users["nobody-here"] == nil)
    #expect(facts.users.value?.groups == ["root"])
    #expect(facts.sysctls.value?.keys.sorted() == ["net.ipv4.ip_forward"])
    #expect(facts.modules.value == ["no_such_module": .missing])
  }

  @Test func whoListensIsFound() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        try #require(bind(listener, pointer, size) == 0 && listen(listener, 1) == 0)
        try #require(getsockname(listener, pointer, &size) == 0)
      }
    }
    var request = FactsRequest()
    let port = Int(UInt16(bigEndian: address.sin_port))
    request.ports = [port, 1]
    let found = try #require(try await facts(request).listeners.value)
    #expect(found.map(\.port) == [port])
    #expect(found.first?.program?.isEmpty == false)
    request.ports = [1]
    #expect(try await facts(request).listeners.value == [])
  }

  @Test func whatIsNotNeededIsNotAsked() async throws {
    var request = FactsRequest()
    request.unneeded = ["disks", "routes"]
    let found = try await facts(request)
    #expect(found.disks == .unknown("not asked for") && found.routes == .unknown("not asked for"))
    #expect(found.interfaces.value != nil)
  }

  /// Each of these would do something if the shell saw it.
  @Test(arguments: [
    "/tmp/croft'$(touch /tmp/croft-was-here)'", "/tmp/\"; touch /tmp/croft-was-here; \"",
    "/tmp/`touch /tmp/croft-was-here`", "-rf", "/tmp/*", "/tmp/a b\\", "$HOME",
  ])
  func noNameIsRun(name: String) async throws {
    var request = FactsRequest()
    request.packages = [name]
    request.files = [name, "/tmp/croft-was-here"]
    request.users = [name]
    request.groups = [name]
    request.sysctls = [name]
    request.modules = [name]
    request.devices = [name]
    let facts = try await facts(request)
    #expect(facts.files.value == [:])
    #expect(facts.modules.value == [name: .missing])
  }

  @Test func aNameOfTwoLinesIsRefused() {
    var request = FactsRequest()
    request.files = ["/tmp/a\nb"]
    #expect(request.unusableName == "/tmp/a\nb")
  }

  /// A command that is not there makes its part unknown, and nothing else.
  @Test func whatIsNotInstalledIsUnknown() async throws {
    let text = FactsScript(request: FactsRequest()).text.replacing("need lsblk", with: "need lsblk-is-not-here")
    let output = try await Command("/bin/sh", ["-s"], input: Array(text.utf8)).run()
    let facts = try HostFacts(parsing: output.standardOutput, of: FactsRequest(), started: 0, ended: 1e12)
    #expect(facts.disks == .unknown("lsblk-is-not-here is not installed"))
    #expect(facts.space.value != nil)
  }

  /// The shell reads all of it or runs none of it.
  @Test func aScriptThatWasCutOffDoesNothing() async throws {
    let text = FactsScript(request: FactsRequest()).text
    let cut = Array(text.utf8.prefix(text.utf8.count * 2 / 3))
    let output = try await Command("/bin/sh", ["-s"], input: cut).run()
    #expect(output.standardOutput.isEmpty)
    #expect(!output.isSuccess)
  }

  /// At every byte: an answer that was cut off is never taken for a whole one.
  @Test func anAnswerThatWasCutOffIsAnError() async throws {
    let request = FactsRequest()
    let output = try await Command("/bin/sh", ["-s"], input: Array(FactsScript(request: request).text.utf8)).run()
    let bytes = output.standardOutput
    _ = try HostFacts(parsing: bytes, of: request, started: 0, ended: 1e12)
    let step = max(1, bytes.count / 300)
    for end in stride(from: 0, to: bytes.count - 1, by: step) {
      #expect(throws: FactsError.self) {
        _ = try HostFacts(parsing: Array(bytes[..<end]), of: request, started: 0, ended: 1e12)
      }
    }
  }
}
