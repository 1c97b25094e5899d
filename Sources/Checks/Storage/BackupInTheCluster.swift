import Blueprint
import Catalog
public import Diagnostics

public enum BackupInTheCluster: Rule {
  public static let about = About(
    "CR0652", "Backups are kept in the cluster that they are for", .warning,
    why: """
      A backup has to outlive what it is a backup of. On a disk of one of the cluster's own nodes, or in a bucket of its
      own garage, it is lost together with the volumes, and cannot be read while the cluster is rebuilt.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
      backup: {volumes: {target: "nfs://192.168.14.11/srv/backups"}}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
      backup: {volumes: {target: "nfs://192.168.14.5/srv/backups"}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let target = subject.blueprint.backup?.volumes else { return [] }
    let fix = "keep them on a machine that is no node of the cluster, or at a provider"
    if target.value.hasPrefix("nfs://") {
      guard let owner = owner(ofServer: server(of: target.value), in: subject) else { return [] }
      return [
        problem(
          "backups of volumes go to \(owner.what), a part of this cluster", at: target.span,
          related: owner.span.map { [.init("it stands here", at: $0)] } ?? [], fix: fix)
      ]
    }
    let bucket = target.value.dropFirst("s3://".count).prefix { !"/@".contains($0) }
    return subject.platform.all("garage").compactMap { part in
      guard let options = subject.platform.options(Garage.self, of: part), options.buckets.contains(String(bucket)),
        let span = subject.blueprint.release(part.name)?.span
      else { return nil }
      return problem(
        "backups of volumes go to the bucket '\(bucket)', which this cluster's own '\(part.name)' keeps",
        at: target.span, related: [.init("the bucket is made here", at: span)], fix: fix)
    }
  }

  /// `192.168.14.5` of `nfs://192.168.14.5:/srv` and `fd00::5` of `nfs://[fd00::5]/srv`
  private static func server(of target: String) -> String {
    let text = target.dropFirst("nfs://".count)
    if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
    var host = text.prefix { $0 != "/" }
    if host.hasSuffix(":") { host.removeLast() }
    return String(host)
  }

  private static func owner(ofServer host: String, in subject: Subject) -> (what: String, span: SourceSpan?)? {
    let blueprint = subject.blueprint
    if host.hasSuffix(".svc") || host.hasSuffix(".cluster.local") { return ("the Service '\(host)'", nil) }
    let names = [host] + (blueprint.domain.map { [host.replacing(".\($0)", with: "")] } ?? [])
    if let node = blueprint.nodes.first(where: { names.contains($0.name) }) {
      return ("node '\(node.name)'", node.span)
    }
    guard let address = try? IPAddress(parsing: host) else { return nil }
    for node in blueprint.nodes {
      if let own = node.addresses.first(where: { $0.value == address }) { return ("node '\(node.name)'", own.span) }
    }
    let network = blueprint.network
    for cluster in network.services + network.pods where cluster.value.contains(address) {
      return ("\(address), an address inside the cluster", cluster.span)
    }
    for range in network.pools.flatMap(\.ranges) where range.value.contains(address) {
      return ("\(address), an address of a Service", range.span)
    }
    return nil
  }
}
