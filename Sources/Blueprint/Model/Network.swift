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
  public init() {}
}

/// A named range of addresses for Services of type LoadBalancer.
public struct AddressPool: Sendable, Equatable {
  public var name: String
  public var ranges: [Located<AddressRange>]
  public var span: SourceSpan
  public init(name: String, ranges: [Located<AddressRange>], span: SourceSpan) {
    self.name = name
    self.ranges = ranges
    self.span = span
  }
}

public struct NodeSpec: Sendable, Equatable {
  public enum Role: String, Sendable, CaseIterable { case controlPlane = "control-plane", worker }
  public var name: String
  public var role: Role
  public var addresses: [Located<IPAddress>]
  public var labels: [String: String]
  /// `key=value:Effect`
  public var taints: [String]
  public var tags: [String]
  public var span: SourceSpan
  public init(
    name: String, role: Role, addresses: [Located<IPAddress>] = [], labels: [String: String] = [:],
    taints: [String] = [], tags: [String] = [], span: SourceSpan
  ) {
    self.name = name
    self.role = role
    self.addresses = addresses
    self.labels = labels
    self.taints = taints
    self.tags = tags
    self.span = span
  }
}

public struct KubernetesSpec: Sendable, Equatable {
  public enum Distribution: String, Sendable, CaseIterable { case k3s, k3d, talos, upstream }
  public var distribution: Distribution
  /// `v1.33.4+k3s1`
  public var version: String?
  public var tlsSANs: [String]
  public var span: SourceSpan
  public init(distribution: Distribution, version: String? = nil, tlsSANs: [String] = [], span: SourceSpan) {
    self.distribution = distribution
    self.version = version
    self.tlsSANs = tlsSANs
    self.span = span
  }
}
