import JSON
import Kubernetes
import Testing

struct KubeconfigMoveTests {
  private static func kubeconfig(_ server: String, cluster: String = "home") -> JSON {
    [
      "clusters": [
        ["name": "work", "cluster": ["server": "https://192.168.14.11:6443"]],
        ["name": .string(cluster), "cluster": ["server": .string(server), "certificate-authority-data": "QQ=="]],
      ],
      "contexts": [
        ["name": "work", "context": ["cluster": "work", "user": "work"]],
        ["name": "home", "context": ["cluster": .string(cluster), "user": "home", "namespace": "media"]],
      ],
      "current-context": "work",
    ]
  }

  @Test(arguments: [
    ("https://192.168.14.11:6443", "home"), ("https://192.168.14.11:6443/", "home"),
    ("https://[fd00::11]:6443", "other"),
  ])
  func theContextGoesThroughAnotherServer(server: String, cluster: String) {
    let moved = Kubeconfig.moving(
      context: "home", from: ["https://192.168.14.11:6443", "https://[fd00::11]:6443"],
      to: "https://192.168.14.12:6443", in: Self.kubeconfig(server, cluster: cluster))
    #expect(moved == Self.kubeconfig("https://192.168.14.12:6443", cluster: cluster))
  }

  @Test(arguments: ["https://192.168.14.1:6443", "https://192.168.14.11:7443", "https://cluster.example.net"])
  func oneThatGoesElsewhereStays(server: String) {
    let gone = ["https://192.168.14.11:6443"]
    let kubeconfig = Self.kubeconfig(server)
    #expect(Kubeconfig.moving(context: "home", from: gone, to: "https://192.168.14.12:6443", in: kubeconfig) == nil)
    #expect(Kubeconfig.moving(context: "farm", from: gone, to: "https://192.168.14.12:6443", in: kubeconfig) == nil)
  }
}
