import Blueprint
import Glibc
import Process
import Render
import Testing

/// Units as systemd itself reads them, and k3d's configuration as its makers' schema has it.
@Suite struct UnitTests {
  private static let k3d = """
    kubernetes:
      distribution: k3d
      version: v1.33.4+k3s1
      disable: [traefik, servicelb]
      kubeconfig: {path: /etc/k3d/kubeconfig, mode: "0640", group: wheel}
      k3d: {storage: /mnt/k3d, ports: ["8080:80@loadbalancer", "8443:443"]}
    nodes: [{name: p510, role: control-plane}]
    """

  static func machines(_ distribution: String) -> String {
    """
    kubernetes:
      distribution: \(distribution)
      version: v1.33.4\(distribution == "k3s" ? "+k3s1" : "")
      secretsEncryption: true
      imageGarbageCollection: {high: 80, low: 70}
    network:
      nodes: [192.168.14.0/26, "fd12:3456:789a:14::/64"]
      pods: [10.42.0.0/16, "fd22:2025:6a6a:42::/104"]
      services: [10.43.0.0/16, "fd22:2025:6a6a:43::/112"]
      podMaskIPv6: 120
    nodes:
      - {name: cow, role: control-plane, addresses: [192.168.14.11, "fd12:3456:789a:14::11"]}
      - name: duck
        role: worker
        addresses: [192.168.14.13]
        labels: {disk: fast}
        taints: [workload=ai:NoSchedule]
        power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}
    platform: {coredns: {}}
    power: {off: "21:30", on: "07:00"}
    """
  }

  /// The units of one machine, in a root folder with systemd's own and programs that do nothing.
  private static func verify(_ units: [RenderedFile]) async throws -> CommandOutput {
    var files = units
    let programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"]
    for unit in ["docker", "containerd", "k3s"].map({ "etc/systemd/system/\($0).service" })
    where !units.contains(where: { $0.path == unit }) {
      files.append(RenderedFile(unit, "[Service]\nExecStart=/usr/bin/true\n"))
    }
    let paths =
      programs.map { "/usr/bin/\($0)" }
      + ["true", "env", "mkdir", "chmod", "chgrp", "install"].map { "/usr/bin/\($0)" }
      + ["/bin/sh", "/usr/local/bin/k3s"]
    files += paths.map { RenderedFile(String($0.dropFirst()), "#!/bin/sh\n") }
    return try await withScratch(files) { folder in
      let script = """
        chmod -R +x "$1/usr/bin" "$1/usr/local/bin" "$1/bin"
        mkdir -p "$1/usr/lib/systemd" && cp -a /usr/lib/systemd/system "$1/usr/lib/systemd/"
        shift
        systemd-analyze --root="$0" verify "$@" 2>&1
        """
      let names = units.map { String($0.path.split(separator: "/").last ?? "") }
      return try await Command("sh", ["-c", script, folder, folder] + names).run(timeout: .seconds(300))
    }
  }

  private static func units(_ files: [RenderedFile], below root: String) -> [RenderedFile] {
    files.filter { $0.path.hasPrefix(root) && $0.path.hasSuffix(".service") }.map { file in
      let name = file.path.split(separator: "/").last ?? ""
      return RenderedFile("etc/systemd/system/\(name)", file.text)
    }
  }

  @Test(
    .enabled(if: Executable.find("systemd-analyze") != nil, "systemd-analyze is not in PATH"),
    arguments: ["k3d", "k3s", "upstream"])
  func systemdReadsThem(distribution: String) async throws {
    let files = try await tree(of: TreeTests.blueprint(distribution == "k3d" ? Self.k3d : Self.machines(distribution)))
    let units = Self.units(files, below: distribution == "k3d" ? "k3d/" : "nodes/cow/")
    #expect(units.count == ["k3d": 1, "k3s": 2, "upstream": 7][distribution])
    let output = try await Self.verify(units)
    // A key that systemd does not know is only a warning to it.
    #expect(output.isSuccess && output.text.isEmpty, "\(output)")
  }

  @Test(.enabled(if: Executable.find("systemd-analyze") != nil, "systemd-analyze is not in PATH"))
  func systemdFindsMistakes() async throws {
    let unit = RenderedFile("etc/systemd/system/x.service", "[Service]\nExecStart=/usr/bin/true\nRestartSecs=1\n")
    #expect(try await Self.verify([unit]).text.contains("RestartSecs"))
  }

  @Test(
    .enabled(
      if: Executable.find("check-jsonschema") != nil && schema != nil,
      "needs check-jsonschema (scripts/install-validator) and ../shared/schemas"))
  func k3dReadsItsConfiguration() async throws {
    let files = try await tree(of: TreeTests.blueprint(Self.k3d))
    let config = try #require(files.first { $0.path == "k3d/k3d.yaml" })
    let wrong = RenderedFile("wrong.yaml", config.text + "sevrers: 1\n")
    try await withScratch([config, wrong]) { folder in
      func check(_ name: String) async throws -> CommandOutput {
        try await Command("check-jsonschema", ["--schemafile", Self.schema ?? "", "\(folder)/\(name)"])
          .run(timeout: .seconds(300))
      }
      let output = try await check("k3d/k3d.yaml")
      #expect(output.isSuccess, "\(output)")
      #expect(try await !check("wrong.yaml").isSuccess)
    }
  }

  /// A worktree lies deeper than the repository itself.
  private static var schema: String? {
    let root = #filePath.split(separator: "/").dropLast(3)
    return [1, 2].map { "/" + root.dropLast($0).joined(separator: "/") + "/shared/schemas/k3d-config-v1alpha5.json" }
      .first { access($0, R_OK) == 0 }
  }
}
