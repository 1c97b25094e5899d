import Blueprint
public import Diagnostics
import JSON

public enum APIAsksNobody: Rule {
  public static let about = About(
    "CR0923", "The API or a kubelet answers to who has not signed in", .warning,
    why: """
      Flags of k3s and patches for Talos reach the API server and the kubelets as they are. Some of them let everybody
      ask who reaches the port, or let everybody do everything; the kubelet runs commands in every pod of its node.
      """,
    broken: """
      kubernetes:
        distribution: k3s
        version: v1.33.4+k3s1
        serverConfig: {kube-apiserver-arg: [anonymous-auth=true]}
      """,
    mended: """
      kubernetes:
        distribution: k3s
        version: v1.33.4+k3s1
        serverConfig: {kube-apiserver-arg: [anonymous-auth=false]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes else { return [] }
    var arguments: [(owner: String, text: String, span: SourceSpan)] = []
    for config in [kubernetes.serverConfig, kubernetes.agentConfig] {
      for (key, owner) in [("kube-apiserver-arg", "the API server"), ("kubelet-arg", "the kubelet")] {
        let texts = config[key].map { $0.array?.compactMap(\.string) ?? [$0.string].compactMap { $0 } } ?? []
        arguments += texts.map { (owner, $0, kubernetes.span) }
      }
    }
    for (patch, span) in subject.blueprint.talosPatches {
      for (json, owner) in [
        (patch[path: "cluster", "apiServer", "extraArgs"], "the API server"),
        (patch[path: "machine", "kubelet", "extraArgs"], "the kubelet"),
      ] {
        for member in json?.object ?? JSONObject() {
          let value = member.value.string ?? member.value.text
          arguments.append((owner, "\(member.key)=\(value)", span))
        }
      }
    }
    var seen: Set<String> = []
    return arguments.compactMap { owner, text, span in
      guard let opened = opening(text), seen.insert("\(owner) \(text)").inserted else { return nil }
      return problem("'\(text)' of \(owner) \(opened)", at: span, fix: "remove it")
    }
  }

  /// What an argument opens.
  private static func opening(_ argument: String) -> String? {
    let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch (parts[0], parts[1]) {
    case ("anonymous-auth", "true"): return "answers to who has not signed in"
    case ("authorization-mode", let modes) where modes.split(separator: ",").contains("AlwaysAllow"):
      return "lets everybody do everything"
    case ("insecure-port", let port) where port != "0": return "opens a port that asks nobody who they are"
    case ("read-only-port", let port) where port != "0": return "tells everybody what runs on the node"
    default: return nil
    }
  }
}

extension Blueprint {
  /// Configuration laid over that of Talos machines, and where it belongs to.
  var talosPatches: [(patch: JSON, span: SourceSpan)] {
    guard let kubernetes else { return [] }
    let talos = kubernetes.talos
    let all = (talos?.globalPatches ?? []) + (talos?.controlPlanePatches ?? []) + (talos?.workerPatches ?? [])
    return all.map { ($0, kubernetes.span) }
      + nodes.flatMap { node in (node.talos?.patches ?? []).map { ($0, node.span) } }
  }
}
