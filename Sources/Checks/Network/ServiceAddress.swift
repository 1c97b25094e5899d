import Blueprint
import Catalog
import Diagnostics
import JSON

/// An address, or a pool, that a Service asks a load balancer for.
struct ServiceAddress {
  /// `'traefik'`
  var owner: String
  var address: IPAddress
  /// The pool that it is to come from, where one is named.
  var pool: String?
  /// Whether the Service says that others may have it too.
  var isShared = false
  var span: SourceSpan
}

extension ServiceAddress {
  /// What image releases and components ask for, and what values of charts and manifests say.
  static func all(in subject: Subject) -> [ServiceAddress] {
    let wishes = addressWishes(of: subject.blueprint).compactMap { wish in
      wish.address.map {
        ServiceAddress(owner: "'\(wish.owner)'", address: $0.value, pool: wish.pool?.value, span: $0.span)
      }
    }
    let workloads = subject.blueprint.workloads.compactMap { release, workload -> ServiceAddress? in
      guard workload.service.type == .loadBalancer, let text = workload.service.address,
        let address = try? IPAddress(parsing: text)
      else { return nil }
      return ServiceAddress(owner: "'\(release.name)'", address: address, span: workload.place(of: "service"))
    }
    let values = subject.blueprint.releases.flatMap {
      addresses(in: subject.values(of: $0), of: $0.name, at: $0.span)
    }
    let manifests = subject.objects.all.filter { $0.kind == "Service" }.flatMap { object -> [ServiceAddress] in
      // What Croft makes of an application was read above.
      if object.isGenerated { return [] }
      return addresses(in: object.json, of: object.release, at: object.span)
    }
    return wishes + workloads + values + manifests
  }

  private static let keys: Set<String> = [
    "loadBalancerIP", "metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs", "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
  ]
  private static let sharing: Set<String> = [
    "metallb.io/allow-shared-ip", "metallb.universe.tf/allow-shared-ip", "lbipam.cilium.io/sharing-key",
    "io.cilium/lb-ipam-sharing-key",
  ]

  private static func addresses(in json: JSON, of release: String, at span: SourceSpan) -> [ServiceAddress] {
    switch json {
    case .array(let elements): return elements.flatMap { addresses(in: $0, of: release, at: span) }
    case .object(let object):
      let isShared = object.contains {
        sharing.contains($0.key) || ($0.value.object?.keys ?? []).contains(where: sharing.contains)
      }
      return object.flatMap { member -> [ServiceAddress] in
        guard keys.contains(member.key), let text = member.value.string else {
          return addresses(in: member.value, of: release, at: span)
        }
        return text.split(separator: ",").compactMap { part in
          (try? IPAddress(parsing: String(part.filter { $0 != " " }))).map {
            ServiceAddress(owner: "'\(release)'", address: $0, isShared: isShared, span: span)
          }
        }
      }
    default: return []
    }
  }
}
