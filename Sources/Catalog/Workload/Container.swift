import Blueprint
import JSON

extension WorkloadObjects {
  var container: JSON {
    let probes = self.probes
    return .members([
      "name": .string(name),
      "image": .string(workload.image),
      "command": workload.command.nonEmpty.map { .array($0.map(JSON.string)) },
      "args": workload.args.nonEmpty.map { .array($0.map(JSON.string)) },
      "ports": workload.ports.map(containerPort).nonEmpty.map(JSON.array),
      "envFrom": workload.secrets.map { ["secretRef": ["name": .string($0)]] }.nonEmpty.map(JSON.array),
      "env": workload.env.map(variable).nonEmpty.map(JSON.array),
      "resources": resources,
      "startupProbe": probes?.startup,
      "readinessProbe": probes?.readiness,
      "livenessProbe": probes?.liveness,
      "securityContext": containerSecurityContext,
      "volumeMounts": (workload.storage.map(mount) + secretMounts).nonEmpty.map(JSON.array),
    ])
  }

  private var secretMounts: [JSON] {
    workload.secretProviderClass == nil
      ? [] : [["name": .string(Self.secretVolume), "mountPath": "/secrets", "readOnly": true]]
  }

  private func containerPort(_ port: Workload.Port) -> JSON {
    ["name": .string(port.name), "containerPort": .int(port.port), "protocol": .string(port.transport)]
  }

  private func variable(_ variable: Workload.EnvironmentVariable) -> JSON {
    let name = JSON.string(variable.name)
    return switch variable.value {
    case .text(let text): ["name": name, "value": .string(text)]
    case .secret(let object, let key):
      ["name": name, "valueFrom": ["secretKeyRef": ["name": .string(object), "key": .string(key)]]]
    case .configMap(let object, let key):
      ["name": name, "valueFrom": ["configMapKeyRef": ["name": .string(object), "key": .string(key)]]]
    }
  }

  private func mount(_ volume: Workload.Volume) -> JSON {
    .members([
      "name": .string(volume.name),
      "mountPath": .string(volume.mount),
      "readOnly": volume.readOnly ? true : nil,
    ])
  }

  /// Requests always, so that the scheduler knows; limits only as asked for.
  private var resources: JSON {
    let resources = workload.resources
    let limits = JSON.members([
      "cpu": resources.cpuLimit.map(JSON.string), "memory": resources.memoryLimit.map(JSON.string),
    ])
    return .members([
      "requests": ["cpu": .string(resources.cpu), "memory": .string(resources.memory)],
      "limits": limits == [:] ? nil : limits,
    ])
  }
}
