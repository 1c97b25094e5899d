import Blueprint
import JSON

extension WorkloadObjects {
  var podTemplate: JSON {
    [
      "metadata": .members([
        "labels": labels,
        "annotations": release.secretsDigest.map { ["croft.dev/secrets": .string($0)] },
      ]),
      "spec": .members([
        "serviceAccountName": .string(name),
        "enableServiceLinks": false,
        "hostNetwork": workload.hostNetwork ? true : nil,
        "dnsPolicy": workload.hostNetwork ? "ClusterFirstWithHostNet" : nil,
        "securityContext": podSecurityContext,
        "nodeSelector": workload.nodeSelector.isEmpty ? nil : .strings(workload.nodeSelector),
        "tolerations": workload.tolerations.nonEmpty.map(JSON.array),
        "affinity": podAntiAffinity,
        "topologySpreadConstraints": topologySpreadConstraints,
        "containers": .array([container] + workload.sidecars),
        "volumes": (volumes + secretVolumes + workload.sidecarVolumes).nonEmpty.map(JSON.array),
      ]),
    ]
  }

  /// Replicas go to different nodes, or nowhere.
  private var podAntiAffinity: JSON? {
    guard release.scheduling?.spread == .required else { return nil }
    return [
      "podAntiAffinity": [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          ["topologyKey": "kubernetes.io/hostname", "labelSelector": ["matchLabels": selector]]
        ]
      ]
    ]
  }

  /// Replicas go to different nodes where there are enough.
  private var topologySpreadConstraints: JSON? {
    guard range.upperBound > 1 || release.scheduling?.spread == .preferred, podAntiAffinity == nil else { return nil }
    return [
      [
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": ["matchLabels": selector],
      ]
    ]
  }

  static let secretVolume = "secret-files"

  /// https://secrets-store-csi-driver.sigs.k8s.io/getting-started/usage
  private var secretVolumes: [JSON] {
    guard let name = workload.secretProviderClass else { return [] }
    return [
      [
        "name": .string(Self.secretVolume),
        "csi": [
          "driver": "secrets-store.csi.k8s.io", "readOnly": true,
          "volumeAttributes": ["secretProviderClass": .string(name)],
        ],
      ]
    ]
  }

  /// Those that a StatefulSet does not add itself.
  private var volumes: [JSON] {
    workload.storage.filter { !isOwnOfEachReplica($0) }.map { volume in
      let name = JSON.string(volume.name)
      return switch volume.source {
      case .claim: ["name": name, "persistentVolumeClaim": ["claimName": .string(claimName(volume))]]
      case .existingClaim(let claim): ["name": name, "persistentVolumeClaim": ["claimName": .string(claim)]]
      case .secret(let secret): ["name": name, "secret": ["secretName": .string(secret)]]
      case .configMap(let configMap): ["name": name, "configMap": ["name": .string(configMap)]]
      case .emptyDir: ["name": name, "emptyDir": [:]]
      }
    }
  }
}
