import Blueprint
import Testing

struct MachinesDecodingTests {
  @Test func everyKeyIsRead() throws {
    let cluster = try blueprint(
      head + """
        machines:
          packages: [htop, g++]
          repositories:
            - {name: helm, url: "https://apt.example.net/helm", suite: all, key: keys/helm.asc}
            - {name: flat, url: "https://apt.example.net/flat", suite: ./, key: keys/flat.gpg}
          users:
            - {name: k3s, groups: [sudo], sudo: true, keys: ["ssh-ed25519 AAAAC3Nz me@desk"], shell: /bin/sh}
            - {name: guest}
          sshd: {allowUsers: [k3s], passwords: true}
          files:
            - {path: /etc/motd, content: hello, mode: 640, owner: k3s, group: adm}
            - {path: /etc/issue, source: files/issue}
          units:
            - {name: scrub.timer, content: "[Timer]"}
            - {name: scrub.service, source: units/scrub.service, enabled: false}
          sysctl: {vm.max_map_count: 262144, kernel.panic: "10"}
          modules: [dm_crypt]
          kernelArgs: [pcie_aspm=off]
          timeServers: [ntp.example.net, 192.168.14.1]
          logs: {size: 500Mi, keep: 720h}

        """)
    let machines = try #require(cluster.machines)
    #expect(machines.packages == ["htop", "g++"])
    #expect(machines.repositories.map(\.name) == ["helm", "flat"])
    #expect(machines.repositories[0].components == ["main"])
    #expect(machines.repositories[0].suite == "all")
    #expect(machines.repositories[0].key == "keys/helm.asc")
    #expect(machines.repositories[1].components.isEmpty)
    #expect(machines.users[0].groups == ["sudo"])
    #expect(machines.users[0].sudo)
    #expect(machines.users[0].keys == ["ssh-ed25519 AAAAC3Nz me@desk"])
    #expect(machines.users[0].shell == "/bin/sh")
    #expect(!machines.users[1].sudo)
    #expect(machines.users[1].shell == "/bin/bash")
    #expect(machines.sshd?.allowUsers == ["k3s"])
    #expect(machines.sshd?.passwords == true)
    #expect(machines.files[0].content == .text("hello"))
    #expect(machines.files[0].mode == "0640")
    #expect(machines.files[0].owner == "k3s")
    #expect(machines.files[0].group == "adm")
    #expect(machines.files[1].content == .file("files/issue"))
    #expect(machines.files[1].mode == "0644")
    #expect(machines.units.map(\.isEnabled) == [true, false])
    #expect(machines.sysctls.map(\.name) == ["vm.max_map_count", "kernel.panic"])
    #expect(machines.sysctls.map(\.value) == ["262144", "10"])
    #expect(machines.modules == ["dm_crypt"])
    #expect(machines.kernelArgs == ["pcie_aspm=off"])
    #expect(machines.timeServers == ["ntp.example.net", "192.168.14.1"])
    #expect(machines.logs?.size?.value == "500Mi")
    #expect(machines.logs?.keep == .seconds(720 * 3600))
  }

  @Test func nothingIsSaidUnlessTheFileDoes() throws {
    #expect(try blueprint(head).machines == nil)
    let machines = try #require(try blueprint(head + "machines:\n").machines)
    #expect(machines.sshd == nil)
    #expect(machines.logs == nil)
    #expect(try blueprint(head + "machines: {sshd: {}}\n").machines?.sshd?.passwords == false)
  }
}
