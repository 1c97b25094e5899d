import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Testing
import YAML

/// Compares what components write with the charts' own values files, in the folder that `CROFT_CHART_VALUES` names.
@Suite struct ChartValuesTests {
  private static let folder = ProcessInfo.processInfo.environment["CROFT_CHART_VALUES"]

  @Test(
    .enabled(if: folder != nil, "CROFT_CHART_VALUES names no folder with the charts' values files"),
    arguments: ComponentFixture.all)
  func everyValueIsKnownToItsChart(_ fixture: ComponentFixture) throws {
    for release in try #require(fixture.load().blueprint).releases where release.section == .platform {
      guard case .chart(let source) = release.source, let name = name(of: source) else { continue }
      let path = "\(try #require(Self.folder))/\(name).yaml"
      let bytes = try #require(FileManager.default.contents(atPath: path), "\(path) is missing")
      let text = String(decoding: bytes, as: UTF8.self)
      let reference = try #require(try YAML.Document.parse(Array(bytes), file: path, dialect: .kubernetes).first)
      let unknown = Self.unknown(release.values, reference.json(as: .kubernetes), at: "").filter { path in
        !Self.isKnownOtherwise(path, chart: name, text: text)
      }
      #expect(unknown == [], "\(release.name), chart \(name)")
    }
  }

  private func name(of source: ChartSource) -> String? {
    switch source {
    case .repository(_, let name, _, _): name
    case .oci(let url, _, _): url.split(separator: "/").last.map(String.init)
    case .directory: nil
    }
  }

  /// The paths of values that are not in the reference, or that are of another kind there. What is empty there holds
  /// anything.
  static func unknown(_ value: JSON, _ reference: JSON, at path: String) -> [String] {
    switch (value, reference) {
    case (_, .null): []
    case (.object(let members), .object(let known)):
      known.members.isEmpty
        ? []
        : members.members.flatMap { member -> [String] in
          let place = path.isEmpty ? member.key : "\(path).\(member.key)"
          return known[member.key].map { unknown(member.value, $0, at: place) } ?? [place]
        }
    case (.array(let elements), .array(let known)):
      known.isEmpty
        ? []
        : Array(
          Set(
            elements.flatMap { element in
              known.map { unknown(element, $0, at: "\(path)[]") }.min { $0.count < $1.count } ?? []
            })
        ).sorted()
    case (.object, _), (_, .object), (.array, _), (_, .array): [path + " (another kind)"]
    default: []
    }
  }

  /// Values that charts read although their values files have no example of them as YAML: commented out there, or
  /// members of a mapping that holds anything.
  private static func isKnownOtherwise(_ path: String, chart: String, text: String) -> Bool {
    let paths = extra[chart] ?? []
    if free[chart, default: []].contains(where: { path.hasPrefix($0) }) { return true }
    guard paths.contains(path), let key = path.split(separator: ".").last?.replacing("[]", with: "") else {
      return false
    }
    return text.contains("\(key):")
  }

  /// Commented out in the values file.
  private static let extra: [String: Set<String>] = [
    "adguard-home": ["persistence.volumeClaimSpec.storageClassName"],
    "ceph-csi-drivers": [
      "drivers.cephfs.controllerPlugin.priorityClassName", "drivers.rbd.controllerPlugin.priorityClassName",
      "operatorConfig.driverSpecDefaults.controllerPlugin.priorityClassName",
    ],
    "cilium": ["socketLB.hostNamespaceOnly"],
    "coredns": ["k8sAppLabelOverride", "service.clusterIP", "service.clusterIPs", "service.ipFamilyPolicy"],
    "democratic-csi": ["csiDriver.fsGroupPolicy"],
    "kube-prometheus-stack": ["alertmanager.alertmanagerSpec.configSecret"],
    "k8s-gateway": ["service.externalTrafficPolicy", "service.ipFamilyPolicy"],
    "oauth2-proxy": ["config.existingSecret"],
    "vault": ["server.readinessProbe.path"],
    "pihole": ["persistentVolumeClaim.storageClass"],
    "vernemq": ["persistentVolume.storageClass"],
  ]

  /// Mappings and lists with examples in them.
  private static let free: [String: [String]] = [
    "argo-cd": ["configs.params.", "configs.cm."],
    "connect": ["connect.api.resources.requests."],
    "csi-driver-nfs": ["controller.tolerations[]."],
    "descheduler": ["deschedulerPolicy.profiles[].pluginConfig[].args."],
    // Values of the charts that it is made of.
    "kube-prometheus-stack": ["grafana.", "prometheus-node-exporter.", "kube-state-metrics."],
    "loki": ["loki.limits_config."],
    "nvidia-device-plugin": ["tolerations[]."],
    "spegel": ["resources.requests."],
    "vernemq": ["additionalEnv[]."],
    "rook-ceph-cluster": [
      "cephClusterSpec.placement", "cephClusterSpec.storage.nodes", "cephBlockPools[].spec.",
      "cephFileSystems[].spec.metadataPool.", "cephObjectStores[].spec.dataPool.",
    ],
    "traefik": ["service.spec."],
  ]

  @Test func findsWhatIsWrong() {
    let reference: JSON = ["a": ["b": 1], "list": [["name": "x"]], "free": [:], "nothing": .null, "text": ""]
    let value: JSON = [
      "a": ["c": 1], "list": [["nam": "y"]], "free": ["x": 1], "nothing": ["x": 1], "text": ["x": 1], "new": 1,
    ]
    #expect(Self.unknown(value, reference, at: "") == ["a.c", "list[].nam", "text (another kind)", "new"])
  }
}
