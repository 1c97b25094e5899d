import Blueprint
import Diagnostics
import JSON
import Testing

/// The machines, their network and the Kubernetes on them.
@Suite struct MachineDecodingTests {
  @Test func aNodeWithEverything() throws {
    let cluster = try blueprint(
      head + """
        nodes:
          - name: duck.home
            role: worker
            os: nixos
            addresses: [192.168.14.13, fd12::13]
            hardware: {model: Lenovo M910q, architecture: amd64, cpus: 8, memory: 64Gi, gpu: nvidia, interface: enp0s31f6, mac: 6C-4B-90-11-22-34}
            disks:
              - {device: /dev/disk/by-id/nvme-system, use: system, espSize: 1Gi, wipe: true}
              - {device: /dev/sdb, use: longhorn, size: 1Ti, filesystem: xfs, mount: /var/lib/longhorn}
              - {device: /dev/sdc, use: data, mount: /srv}
              - {device: /dev/sdd, use: ceph}
            power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}
            ssh: {user: admin, host: duck.example.net, port: 2222, key: keys/duck, hostKey: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", jump: admin@gate}
            persist: [/var/lib/ollama, /home/admin]
            labels: {zone: attic}
            taints: [workload=ai:NoSchedule]
            tags: [gpu, attic]
          - {name: cow, role: control-plane}
        """)
    let duck = try #require(cluster.nodes.first)
    #expect(duck.name == "duck.home")
    #expect(duck.system == .nixos)
    #expect(duck.addresses.map(\.value.description) == ["192.168.14.13", "fd12::13"])
    #expect(duck.hardware.model == "Lenovo M910q")
    #expect(duck.hardware.architecture == .amd64)
    #expect(duck.hardware.cpus == 8)
    #expect(duck.hardware.memory?.value == "64Gi")
    #expect(duck.hardware.gpu == "nvidia")
    #expect(duck.hardware.interface == "enp0s31f6")
    #expect(duck.hardware.mac?.value == "6c:4b:90:11:22:34")
    #expect(duck.disks.map(\.use) == [.system, .longhorn, .data, .ceph])
    #expect(duck.disks[0].espSize == "1Gi")
    #expect(duck.disks[0].wipe)
    #expect(duck.disks[1].size?.value == "1Ti")
    #expect(duck.disks[1].filesystem == "xfs")
    #expect(duck.disks[1].mount == "/var/lib/longhorn")
    #expect(duck.disks[2].filesystem == "ext4")
    #expect(!duck.disks[2].wipe)
    #expect(duck.power.mode == .onDemand)
    #expect(duck.power.wake?.value == "6c:4b:90:11:22:33")
    #expect(duck.ssh?.user == "admin")
    #expect(duck.ssh?.host == "duck.example.net")
    #expect(duck.ssh?.port == 2222)
    #expect(duck.ssh?.key == "keys/duck")
    #expect(duck.ssh?.hostKey == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")
    #expect(duck.ssh?.jump == "admin@gate")
    #expect(duck.persist == ["/var/lib/ollama", "/home/admin"])
    #expect(duck.tags == ["gpu", "attic"])

    let cow = cluster.nodes[1]
    #expect(cow.system == nil)
    #expect(cluster.system(of: cow) == .debian)
    #expect(cow.power.mode == .always)
    #expect(cow.ssh == nil)
    #expect(cow.disks.isEmpty)
    #expect(cluster.servers.map(\.name) == ["cow"])
    #expect(cluster.workers.map(\.name) == ["duck.home"])
  }

  @Test func k3s() throws {
    let cluster = try blueprint(
      head + """
        kubernetes:
          distribution: k3s
          version: v1.33.4+k3s1
          secretsEncryption: true
          datastore: etcd
          disable: [traefik, local-storage]
          kubeconfig: {path: /etc/croft/kubeconfig, mode: 640, group: admins}
          port: 7443
          imageGarbageCollection: {high: 70, low: 60}
          serverConfig: {etcd-expose-metrics: true}
          agentConfig: {node-label: [a=b]}
        """)
    let kubernetes = try #require(cluster.kubernetes)
    #expect(kubernetes.secretsEncryption)
    #expect(kubernetes.datastore == .etcd)
    #expect(kubernetes.disable.map(\.value) == ["traefik", "local-storage"])
    #expect(kubernetes.kubeconfig.path == "/etc/croft/kubeconfig")
    // Octal digits, with their leading zero however they are written.
    #expect(kubernetes.kubeconfig.mode == "0640")
    #expect(kubernetes.kubeconfig.group == "admins")
    #expect(kubernetes.port == 7443)
    #expect(kubernetes.imageGarbageCollection == .init(high: 70, low: 60))
    #expect(kubernetes.serverConfig == ["etcd-expose-metrics": true])
    #expect(kubernetes.agentConfig == ["node-label": ["a=b"]])
    #expect(kubernetes.k3d == nil)
    #expect(kubernetes.talos == nil)
  }

  @Test func defaultsOfKubernetes() throws {
    let kubernetes = try #require(blueprint(head + "kubernetes: {distribution: upstream}\n").kubernetes)
    #expect(!kubernetes.secretsEncryption)
    #expect(kubernetes.datastore == nil)
    #expect(kubernetes.port == 6443)
    #expect(kubernetes.kubeconfig.mode == nil)
    #expect(kubernetes.imageGarbageCollection == nil)
    #expect(kubernetes.serverConfig == [:])
    #expect(kubernetes.version == nil)
  }

  @Test func k3d() throws {
    let cluster = try blueprint(
      head + """
        kubernetes:
          distribution: k3d
          k3d:
            storage: /srv/factory
            ports: [8080:80@loadbalancer, "127.0.0.1:8443:443@loadbalancer", "53:53/udp@server:0", 9000-9010:9000-9010, 80]
        """)
    let k3d = try #require(cluster.kubernetes?.k3d)
    #expect(k3d.storage == "/srv/factory")
    #expect(k3d.apiAddress == "127.0.0.1")
    #expect(k3d.ports.count == 5)
    let other = try blueprint(head + "kubernetes: {distribution: k3d, k3d: {apiAddress: 192.168.1.5}}\n")
    #expect(other.kubernetes?.k3d?.apiAddress == "192.168.1.5")
  }

  @Test func talos() throws {
    let schematic = String(repeating: "0123456789abcdef", count: 4)
    let cluster = try blueprint(
      head + """
        kubernetes:
          distribution: talos
          version: v1.34.1
          talos:
            version: v1.11.2
            schematic: "\(schematic)"
            patches:
              global: [{machine: {network: {}}}]
              controlPlane: [{cluster: {allowSchedulingOnControlPlanes: true}}]
              worker:
        nodes:
          - {name: cow, role: control-plane, talos: {extensions: [siderolabs/iscsi-tools]}}
          - {name: sheep, role: worker, os: talos, talos: {schematic: "\(schematic)"}}
        """)
    let talos = try #require(cluster.kubernetes?.talos)
    #expect(talos.version == "v1.11.2")
    #expect(talos.schematic == schematic)
    #expect(talos.globalPatches == [["machine": ["network": [:]]]])
    #expect(talos.controlPlanePatches == [["cluster": ["allowSchedulingOnControlPlanes": true]]])
    #expect(talos.workerPatches == [])
    #expect(cluster.nodes.map { cluster.system(of: $0) } == [.talos, .talos])
    #expect(cluster.nodes[0].talos?.extensions == ["siderolabs/iscsi-tools"])
    #expect(cluster.nodes[1].talos?.schematic == schematic)
  }

  @Test func network() throws {
    let cluster = try blueprint(
      head + """
        network:
          dhcp: [192.168.14.30-192.168.14.39, 192.168.14.56/29]
          vlans:
            guests: {id: 30, networks: 192.168.30.0/24}
            cameras: {id: 40, networks: [192.168.40.0/24, "fd12:40::/64"]}
          pools:
            private: 192.168.14.48/29
            public: {ranges: [192.168.30.40-192.168.30.47], vlan: guests}
          vpn: [10.8.0.0/24, "fd08::/64"]
          dns: 9.9.9.9
          podMaskIPv6: 112
          hostFirewall: true
        """)
    let network = cluster.network
    #expect(
      network.dhcp.map(\.value.description) == ["192.168.14.30-192.168.14.39", "192.168.14.56-192.168.14.63"])
    #expect(network.vlans.map(\.name) == ["guests", "cameras"])
    #expect(network.vlans.map(\.id) == [30, 40])
    #expect(network.vlans[1].networks.map(\.value.description) == ["192.168.40.0/24", "fd12:40::/64"])
    #expect(network.vlans[0].span == SourceSpan(file: "cluster.yaml", line: 7, column: 5, length: 6))
    #expect(network.pools.map(\.name) == ["private", "public"])
    #expect(network.pools[0].vlan == nil)
    #expect(network.pools[1].vlan?.value == "guests")
    #expect(network.pools[1].ranges.map(\.value.description) == ["192.168.30.40-192.168.30.47"])
    #expect(network.vpn.count == 2)
    #expect(network.dns.map(\.value.description) == ["9.9.9.9"])
    #expect(network.podMaskIPv6 == 112)
    #expect(network.hostFirewall?.value == true)
    #expect(try blueprint(head).network.hostFirewall == nil)
  }
}
