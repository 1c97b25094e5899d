@preconcurrency import Glibc
import Hosts
import Process
import Testing

/// The commands for talosctl and the reading of what it says, with a recorder in its place: there is no Talos machine
/// here.
struct TalosHostTests {
  @Test func `each verb is one command for one machine`() async throws {
    try await withRecorder("echo 41b2c5d1-0000-4000-8000-000000000001") { host, calls in
      let boot = try await host.bootID()
      #expect(boot == "41b2c5d1-0000-4000-8000-000000000001")
      try await host.reboot()
      try await host.powerOff()
      try await host.upgrade(to: "factory.talos.dev/installer/abc:v1.10.3")
      try await host.waitUntilHealthy(timeout: .seconds(90))
      let common = "--talosconfig /etc/talosconfig --nodes 10.0.0.5 --endpoints 10.0.0.5"
      #expect(
        try calls() == [
          "\(common) read /proc/sys/kernel/random/boot_id",
          "\(common) reboot --wait=false",
          "\(common) shutdown --wait=false",
          "\(common) upgrade --image factory.talos.dev/installer/abc:v1.10.3 --wait=false",
          "\(common) health --wait-timeout 90s",
        ])
    }
  }

  @Test func `the version is the machine's, not the client's`() async throws {
    let text = """
      Client:
      	Tag:         v1.11.0
      	SHA:         abcdef
      Server:
      	NODE:        10.0.0.5
      	Tag:         v1.10.3
      	OS/Arch:     linux/amd64
      """
    try await withRecorder("cat <<'END'\n\(text)\nEND") { host, _ in
      let version = try await host.version()
      #expect(version == "v1.10.3")
    }
  }

  @Test func `services with their health`() async throws {
    let text = """
      NODE       SERVICE   STATE     HEALTH   LAST CHANGE   LAST EVENT
      10.0.0.5   apid      Running   OK       23h52m ago    Health check successful
      10.0.0.5   etcd      Waiting   ?        1s ago        Waiting for service "cri" to be "up"
      """
    try await withRecorder("cat <<'END'\n\(text)\nEND") { host, _ in
      let services = try await host.services()
      #expect(
        services == [
          .init(name: "apid", state: "Running", health: "OK"), .init(name: "etcd", state: "Waiting", health: "?"),
        ])
    }
  }

  @Test func `waiting ends when the machine has another boot id`() async throws {
    // Unreachable once, then the old start, then the new one.
    let script = """
      n=$(wc -l <"$0.calls")
      if [ "$n" -eq 1 ]; then echo 'rpc error: code = Unavailable desc = connection refused' >&2; exit 1; fi
      if [ "$n" -eq 2 ]; then echo old; else echo new; fi
      """
    try await withRecorder(script) { host, calls in
      try await host.waitUntilUp(after: "old", timeout: .seconds(60), clock: ContinuousClock())
      #expect(try calls().count == 3)
    }
  }

  @Test(arguments: [
    ("rpc error: code = Unavailable desc = connection error: dial tcp 10.0.0.5:50000: i/o timeout", "50000"),
    ("rpc error: code = PermissionDenied desc = not authorized", "talosconfig"),
    ("error: something else", "was not taken"),
  ])
  func `what went wrong is told apart`(_ said: String, _ word: String) async throws {
    try await withRecorder("echo '\(said)' >&2; exit 1") { host, _ in
      let error = await #expect(throws: HostError.self) { try await host.reboot() }
      #expect(error?.description.contains(word) == true)
      #expect(error?.description.contains(said) == true)
    }
  }

  @Test func `without talosctl the message says where it is from`() async throws {
    let host = TalosHost(name: "duck", address: "10.0.0.5", executable: "talosctl-that-is-not-there")
    let error = await #expect(throws: HostError.self) { try await host.reboot() }
    #expect(
      error?.description
        == "duck: talosctl is needed on this machine and is not in PATH; install it from "
        + "https://github.com/siderolabs/talos/releases, in the version of the machines")
  }

  /// A host whose talosctl writes down its arguments and then does what `script` says.
  private func withRecorder(
    _ script: String, _ body: (TalosHost, () throws -> [String]) async throws -> Void
  ) async throws {
    let folder = try makeFolder()
    let program = "\(folder)/talosctl"
    try writeText("#!/bin/sh\necho \"$*\" >>\"$0.calls\"\n\(script)\n", to: program)
    chmod(program, 0o755)
    let host = TalosHost(name: "duck", address: "10.0.0.5", configuration: "/etc/talosconfig", executable: program)
    try await body(host) { try readText("\(program).calls").split(separator: "\n").map(String.init) }
    try await remove(folder)
  }
}
