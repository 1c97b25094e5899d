public import Diagnostics

/// A value and the place where it is written.
public struct Located<Value: Sendable & Equatable>: Sendable, Equatable {
  public var value: Value
  public var span: SourceSpan
  public init(_ value: Value, at span: SourceSpan) {
    self.value = value
    self.span = span
  }
}

public struct NetworkSpec: Sendable, Equatable {
  public var nodes: [Located<CIDR>] = []
  public var pods: [Located<CIDR>] = []
  public var services: [Located<CIDR>] = []
  public var router: Located<IPAddress>?
  public var controlPlaneVIP: Located<IPAddress>?
  public var pools: [AddressPool] = []
  /// What the router hands out.
  public var dhcp: [Located<AddressRange>] = []
  /// Networks that the router keeps apart.
  public var vlans: [VLAN] = []
  /// Networks of clients that come in through a VPN.
  public var vpn: [Located<CIDR>] = []
  /// Where names outside the cluster are asked for.
  public var dns: [Located<IPAddress>] = []
  /// How large a part of the pods' IPv6 network each node gets: the prefix length.
  public var podMaskIPv6: Int?
  /// Whether the hosts filter packets themselves; `nil`: nothing was said.
  public var hostFirewall: Located<Bool>?
  public init() {}
}

public struct VLAN: Sendable, Equatable {
  public var name: String
  public var id: Int
  public var networks: [Located<CIDR>]
  public var span: SourceSpan
  public init(name: String, id: Int, networks: [Located<CIDR>], span: SourceSpan) {
    self.name = name
    self.id = id
    self.networks = networks
    self.span = span
  }
}

/// A named range of addresses for Services of type LoadBalancer.
public struct AddressPool: Sendable, Equatable {
  public var name: String
  public var ranges: [Located<AddressRange>]
  /// The VLAN that its addresses are announced on; `nil`: the nodes' own network.
  public var vlan: Located<String>?
  public var span: SourceSpan
  public init(name: String, ranges: [Located<AddressRange>], vlan: Located<String>? = nil, span: SourceSpan) {
    self.name = name
    self.ranges = ranges
    self.vlan = vlan
    self.span = span
  }
}
